import type { JsonObject, Tool, ToolContext } from '@callsheet/protocol';
import type { ToolCall } from '../../src/pipeline/layer.ts';
import { Cancellation } from '../../src/session/cancellation.ts';
import { ALICE } from '../session/talk.ts';

/** A tool that answers its arguments; change what the test is about. */
export function tool(changes: Partial<Tool> = {}): Tool {
  return {
    name: 'echo',
    title: 'Echo',
    description: 'Answers its arguments',
    category: 'test',
    input: { type: 'object', additionalProperties: false, properties: { n: { type: 'integer', minimum: 0 } } },
    output: { type: 'object' },
    execution: 'call',
    timeoutMs: 1_000,
    run: async (args) => args,
    ...changes,
  };
}

export function toolCall(changes: Partial<ToolCall> = {}): ToolCall {
  return {
    tool: tool(),
    checkInput: () => {},
    args: {},
    meta: {},
    principal: ALICE,
    cancellation: new Cancellation(),
    requestId: 'req-1',
    mode: 'call',
    retries: undefined,
    nested: false,
    from: undefined,
    receipt: undefined,
    progress: undefined,
    ...changes,
  };
}

/** The part of a context most tools touch. */
export function context(signal: AbortSignal = new AbortController().signal): ToolContext {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  return { signal, log } as unknown as ToolContext;
}

/** What a promise was rejected with, in the fields callers switch on. */
export async function refusal(promise: Promise<unknown>): Promise<JsonObject> {
  const error = await promise.then(
    () => {
      throw new Error('expected a refusal');
    },
    (reason: { errorName?: string; message: string; retryable?: boolean; facts?: { issues?: JsonObject[] } }) => reason,
  );
  return {
    name: error.errorName ?? 'none',
    message: error.message,
    retryable: error.retryable ?? false,
    issues: error.facts?.issues ?? [],
  };
}
