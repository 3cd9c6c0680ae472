import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import { RpcClientError } from './errors.ts';
import type { Outcome } from './invocation.ts';

/** Parameters of `tools/call` and `jobs/submit`. Throws TypeError for what can be no call of a tool. */
export function toolParams(tool: unknown, args: unknown): JsonObject {
  if (typeof tool !== 'string' || tool === '') throw new TypeError('Cannot call a tool without a name');
  if (!isJsonObject(args)) {
    throw new TypeError(`Cannot call tool "${tool}": its arguments must be an object, even if it is empty`);
  }
  return { name: tool, arguments: args };
}

/** The typed output inside the answer to `tools/call`. */
export function readToolResult(tool: string, outcome: Outcome): Outcome {
  if (!outcome.ok) return outcome;
  const value: Json | undefined = isJsonObject(outcome.value) ? outcome.value.structuredContent : undefined;
  if (value !== undefined) return { ok: true, value };
  const sentence = `Cannot read the answer of tool "${tool}": it has no structuredContent`;
  return { ok: false, error: new RpcClientError('PROTOCOL', sentence, { maybeExecuted: true }) };
}
