import type { Clock } from '../clock.ts';
import type { CallLimiter } from '../limits/call-limiter.ts';
import type { Layer } from './layer.ts';

/** Lets a call pass as often as its caller may make it. Calls that tools make count with the call they belong to. */
export function limitRate(limiter: CallLimiter, clock: Pick<Clock, 'monotonic'>): Layer {
  return (next) => (call) => {
    const { principal, tool, nested } = call;
    if (nested) return next(call);
    const refused = limiter.take(principal.id, principal.role, tool.name, clock.monotonic());
    return refused === undefined ? next(call) : Promise.reject(refused);
  };
}
