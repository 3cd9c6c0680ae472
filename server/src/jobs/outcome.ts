import { CallError, type WireError } from '@callsheet/protocol';
import type { Outcome } from './ledger.ts';

/** What a tool answered, as the ledger keeps it. Something that is no JSON, or too much of it, is the tool's failure. */
export function outcomeOf(tool: string, answer: unknown, maxBytes: number): Outcome {
  const result = stringify(answer);
  if (result === undefined) {
    return failed(
      new CallError('TOOL_FAILED', `The tool "${tool}" answered something JSON cannot carry`, { retryable: false }),
    );
  }
  if (Buffer.byteLength(result) > maxBytes) {
    return failed(
      new CallError(
        'TOOL_FAILED',
        `The tool "${tool}" answered more than ${maxBytes} bytes; it should store a file and answer its id`,
        {
          retryable: false,
        },
      ),
    );
  }
  return { status: 'completed', result };
}

export function failed(error: CallError, requestId?: string): Outcome {
  const wire: WireError = error.toWire(requestId);
  return { status: 'failed', error: wire };
}

function stringify(answer: unknown): string | undefined {
  try {
    return JSON.stringify(answer);
  } catch {
    // A cycle or a BigInt.
    return undefined;
  }
}
