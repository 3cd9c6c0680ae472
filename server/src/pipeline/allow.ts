import { CallError } from '@callsheet/protocol';
import type { Policy } from '../auth/policy.ts';
import type { Layer } from './layer.ts';

/** Lets a call pass when the caller's role may use the tool. */
export function allow(policy: Policy): Layer {
  return (next) => (call) => {
    if (policy.allows(call.principal.role, call.tool.name)) return next(call);
    const sentence = `Cannot call "${call.tool.name}": the role "${call.principal.role}" may not use it`;
    return Promise.reject(new CallError('TOOL_DENIED', sentence));
  };
}
