import { CallError, type ErrorFacts, failureText, scanJson, successText } from '@callsheet/protocol';

/** How a tool ended. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: CallError };

/** Bounds of one message, as the gateway told them. */
export interface AnswerLimits {
  readonly maxPayloadBytes: number;
  readonly maxDepth: number;
  readonly maxArrayItems: number;
}

/** Of a failure that is too large to be told in full. */
const LONGEST_SENTENCE = 500;

/** The message that answers a call, such that the gateway can read it. `failed` hears what a result that is not JSON was. */
export function answerText(
  id: string,
  tool: string,
  outcome: Outcome,
  limits: AnswerLimits,
  failed: (error: unknown) => void,
): string {
  if (!outcome.ok) return refusalText(id, outcome.error, limits);
  let text: string;
  try {
    text = successText(id, { structuredContent: jsonOf(outcome.value) });
  } catch (error) {
    failed(error);
    return failureText(id, internal().toWire());
  }
  const excess = excessOf(text, limits);
  if (excess === undefined) return text;
  const sentence = `The result of "${tool}" ${excess}; store large media as an asset and answer its id`;
  return failureText(id, new CallError('TOOL_FAILED', sentence, { retryable: false }).toWire());
}

/** The tool failed in a way it did not foresee. The words stay here. */
export function internal(facts: ErrorFacts = {}): CallError {
  return new CallError('INTERNAL', 'The tool failed unexpectedly; the log of its worker says how', facts);
}

function refusalText(id: string, error: CallError, limits: AnswerLimits): string {
  let text: string;
  try {
    text = failureText(id, error.toWire());
  } catch {
    // `details` of the tool's own making.
    text = failureText(id, shortened(error).toWire());
  }
  return excessOf(text, limits) === undefined ? text : failureText(id, shortened(error).toWire());
}

function shortened({ errorName, message, retryable, facts }: CallError): CallError {
  const { retryAfterMs, maybeExecuted } = facts;
  return new CallError(errorName, message.slice(0, LONGEST_SENTENCE), {
    retryable,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(maybeExecuted !== undefined && { maybeExecuted }),
  });
}

/** What `JSON.stringify` would leave out in silence is refused; nothing at all is null. */
function jsonOf(value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError(`The tool answered a ${typeof value}; answer JSON`);
  }
  return value ?? null;
}

function excessOf(text: string, limits: AnswerLimits): string | undefined {
  const most = limits.maxPayloadBytes;
  // A UTF-16 unit is at most three bytes of UTF-8: most answers need not be counted.
  if (text.length * 3 > most && Buffer.byteLength(text) > most) {
    return `takes ${Buffer.byteLength(text)} bytes, the gateway takes ${most}`;
  }
  switch (scanJson(text, limits)) {
    case 'depth':
      return `is nested deeper than the ${limits.maxDepth} levels the gateway reads`;
    case 'items':
      return `has more than the ${limits.maxArrayItems} members the gateway reads`;
    default:
      return undefined;
  }
}
