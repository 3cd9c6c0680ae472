import { CallError } from '@callsheet/protocol';
import type { Policy } from '../policy/policy.ts';
import type { Layer } from './layer.ts';

/** When to ask again for a place that becomes free when a job ends. */
const RETRY_MS = 5_000;

/** Keeps a caller to as many unfinished jobs as its role may have; roles without a bound cost one look. */
export function limitJobs(policy: Policy, unfinishedOf: (owner: string) => number): Layer {
  return (next) => (call) => {
    const { principal, tool, mode } = call;
    const most = policy.rules.limits.get(principal.role)?.jobs;
    const isJob = mode === 'submit' || tool.execution === 'job';
    if (most === undefined || !isJob || unfinishedOf(principal.id) < most) return next(call);
    const sentence = `Cannot start another job: the role "${principal.role}" may have ${most} unfinished; wait for one to end or cancel it`;
    const facts = { retryAfterMs: RETRY_MS, details: { limit: 'jobs', most } };
    return Promise.reject(new CallError('TOO_MANY_IN_FLIGHT', sentence, facts));
  };
}
