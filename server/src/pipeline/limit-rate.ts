import type { CallLimiter } from '../limits/call-limiter.ts';
import type { Layer } from './layer.ts';

/** Lets a call pass as often as its caller may make it. Calls that tools make count with the call they belong to. */
export function limitRate(limiter: CallLimiter): Layer {
  return (next) => (call) => {
    const { principal, tool, nested } = call;
    if (nested) return next(call);
    const refused = limiter.take(principal.id, principal.role, tool.name, call.now);
    return refused === undefined ? next(call) : Promise.reject(refused);
  };
}
