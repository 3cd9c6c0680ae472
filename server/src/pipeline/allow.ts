import type { Policy } from '../policy/policy.ts';
import type { Layer } from './layer.ts';

/**
 * Lets a call pass when the caller may make it: the method and the tool, by role and by credential. A call that becomes a
 * job is answered as one, so it takes the right to look at jobs as well. A retry starts a job, in the name of its owner and
 * by the hand of whoever asks: both must be allowed to.
 */
export function allow(policy: Policy): Layer {
  return (next) => (call) => {
    const { principal, tool, mode, retries } = call;
    try {
      policy.demand(principal, mode === 'call' ? 'tools/call' : 'jobs/submit', { tool: tool.name });
      if (mode === 'call' && tool.execution === 'job') policy.demand(principal, 'jobs/get');
      if (retries !== undefined) policy.demand(retries.by, 'jobs/submit', { tool: tool.name });
    } catch (error) {
      return Promise.reject(error);
    }
    return next(call);
  };
}
