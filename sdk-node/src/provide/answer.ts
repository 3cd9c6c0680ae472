import {
  CallError,
  type ErrorFacts,
  failureText,
  scanJson,
  successText,
  type WireError,
  type WorkObserved,
} from '@callsheet/protocol';

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

/** What is answered, and to what. */
export interface Answer {
  readonly id: string;
  readonly tool: string;
  readonly outcome: Outcome;
  /** Told along, unless the answer would be too large with it. */
  readonly observed: WorkObserved | undefined;
}

/** Of a failure that is too large to be told in full. */
const LONGEST_SENTENCE = 500;

/** The message that answers a call, such that the gateway can read it. `failed` hears what a result that is not JSON was. */
export function answerText(answer: Answer, limits: AnswerLimits, failed: (error: unknown) => void): string {
  const { id, tool, outcome, observed } = answer;
  if (!outcome.ok) return refusalText(answer, outcome.error, limits);
  let text: string;
  let excess: string | undefined;
  try {
    const structuredContent = jsonOf(outcome.value);
    text = successText(id, observed === undefined ? { structuredContent } : { structuredContent, _meta: { observed } });
    excess = excessOf(text, limits);
    if (excess !== undefined && observed !== undefined) {
      text = successText(id, { structuredContent });
      excess = excessOf(text, limits);
    }
  } catch (error) {
    failed(error);
    return failureText(id, internal().toWire());
  }
  if (excess === undefined) return text;
  const sentence = `The result of "${tool}" ${excess}; store large media as an asset and answer its id`;
  return failureText(id, new CallError('TOOL_FAILED', sentence, { retryable: false }).toWire());
}

/** The tool failed in a way it did not foresee. The words stay here. */
export function internal(facts: ErrorFacts = {}): CallError {
  return new CallError('INTERNAL', 'The tool failed unexpectedly; the log of its worker says how', facts);
}

function refusalText({ id, observed }: Answer, error: CallError, limits: AnswerLimits): string {
  const wire = error.toWire();
  for (const fuller of [withObserved(wire, observed), wire]) {
    try {
      const text = failureText(id, fuller);
      if (excessOf(text, limits) === undefined) return text;
    } catch {
      // `details` of the tool's own making.
    }
  }
  return failureText(id, shortened(error).toWire());
}

function withObserved(wire: WireError, observed: WorkObserved | undefined): WireError {
  if (observed === undefined || wire.data === undefined) return wire;
  const data = { ...wire.data, _meta: { observed } };
  return { ...wire, data };
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
