import { keyOf } from '../host/call-meta.ts';
import type { KeyedCalls } from '../idempotency/keyed-calls.ts';
import type { Layer } from './layer.ts';

/**
 * Runs what is asked for under one idempotency key once, and answers everybody who asks with the one outcome. What was wrong
 * with a request, or was refused, was so before and takes no key. Jobs look after their keys themselves, and a call inside
 * another one has none: it belongs to the run of that one.
 */
export function idempotency(calls: KeyedCalls): Layer {
  return (next) => (call) => {
    const key = keyOf(call);
    if (key === undefined || key === '') return next(call);
    const isRun = call.mode === 'call' && !call.nested && call.tool.execution === 'call';
    return isRun ? calls.answer(key, call, next) : next(call);
  };
}
