import { CallError } from '@callsheet/protocol';
import type { Layer, ToolCall } from './layer.ts';

/**
 * Settles a call when its time is up, when the caller cancels, or when it is done, whichever comes first: a tool that
 * ignores its signal cannot keep the caller waiting. Jobs have their own clock and pass.
 */
export function deadline(): Layer {
  return (next) => (call) => {
    if (call.mode !== 'call' || call.tool.execution === 'job') return next(call);
    const { cancellation } = call;
    if (cancellation.reason !== undefined) return Promise.reject(cancellation.reason);
    return new Promise((resolve, reject) => {
      cancellation.settleWith(reject);
      const timer = setTimeout(() => cancellation.cancel(tooLate(call)), timeoutOf(call));
      next(call).then(
        (result) => {
          clearTimeout(timer);
          resolve(result);
        },
        (error: unknown) => {
          clearTimeout(timer);
          reject(error);
        },
      );
    });
  };
}

/** The caller's patience or the tool's own bound, whichever ends first, in milliseconds. */
export function timeoutOf(call: Pick<ToolCall, 'meta' | 'tool'>): number {
  return Math.min(call.meta.deadlineMs ?? call.tool.timeoutMs, call.tool.timeoutMs);
}

function tooLate(call: ToolCall): CallError {
  return new CallError('DEADLINE_EXCEEDED', `Cannot finish "${call.tool.name}" within ${timeoutOf(call)} ms`, {
    maybeExecuted: true,
    retryable: call.tool.idempotent ?? false,
  });
}
