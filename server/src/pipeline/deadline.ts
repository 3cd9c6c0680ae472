import { CallError } from '@callsheet/protocol';
import type { Layer, ToolCall } from './layer.ts';

/**
 * Settles a call when its time is up, when the caller cancels, or when it is done, whichever comes first: a tool that
 * ignores its signal cannot keep the caller waiting. Jobs have their own clock and pass.
 */
export function deadline(): Layer {
  return (next) => (call) => {
    if (call.mode === 'submit' || call.tool.execution === 'job') return next(call);
    const { signal } = call.abort;
    if (signal.aborted) return Promise.reject(CallError.from(signal.reason));
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(CallError.from(signal.reason));
      const timer = setTimeout(() => call.abort.abort(tooLate(call)), timeoutOf(call));
      const settled = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
      };
      signal.addEventListener('abort', stop, { once: true });
      next(call).then(resolve, reject).finally(settled);
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
