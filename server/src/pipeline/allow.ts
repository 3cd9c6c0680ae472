import type { Policy } from '../policy/policy.ts';
import type { Layer } from './layer.ts';

/** Lets a call pass when the caller may make it: the method and the tool, by role and by credential. */
export function allow(policy: Policy): Layer {
  return (next) => (call) => {
    const action = call.mode === 'submit' ? 'jobs/submit' : 'tools/call';
    try {
      policy.demand(call.principal, action, { tool: call.tool.name });
    } catch (error) {
      return Promise.reject(error);
    }
    return next(call);
  };
}
