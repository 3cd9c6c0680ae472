import { CallError } from '@callsheet/protocol';
import type { Work } from './work.ts';

/** When to ask again for what nobody serves now, in milliseconds. */
const RETRY_AFTER_MS = 1_000;

export function unknownTool(tool: string): CallError {
  return new CallError('TOOL_NOT_FOUND', `Cannot call "${tool}": nobody offers it; tools/list says what there is`, {
    maybeExecuted: false,
  });
}

export function nobodyThere(tool: string): CallError {
  return new CallError(
    'UNAVAILABLE',
    `Cannot call "${tool}": no worker that offers it as you asked can be reached; try again in ${RETRY_AFTER_MS} ms`,
    { retryAfterMs: RETRY_AFTER_MS, maybeExecuted: false },
  );
}

export function goingDown(tool: string): CallError {
  return new CallError('DRAINING', `Cannot call "${tool}": the gateway is going down; use another one`, {
    maybeExecuted: false,
  });
}

export function tooLate({ tool, timeoutMs, repeatable }: Work, maybeExecuted: boolean): CallError {
  return new CallError('DEADLINE_EXCEEDED', `Cannot finish "${tool}" within ${timeoutMs} ms`, {
    maybeExecuted,
    retryable: repeatable,
  });
}

export function usedTwice(tool: string): CallError {
  return new CallError(
    'CONFLICT',
    `Cannot call "${tool}" with this reservation: it has been used; reserve once per attempt`,
    {
      maybeExecuted: false,
    },
  );
}

/** For the attempt that came second. */
export function lostTheRace(): CallError {
  return new CallError('CANCELLED', 'Another attempt of the call was answered first');
}
