import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import type { Invocation, Outcome } from './invocation.ts';
import { rule, text } from './option-rules.ts';
import { unreadable } from './wire-errors.ts';

const toolArguments = /* @__PURE__ */ rule('an object of arguments', isJsonObject);

/** Parameters of `tools/call` and `jobs/submit`. Throws TypeError for what can be no call of a tool. */
export function toolParams(tool: unknown, args: unknown): JsonObject {
  const wrong = text(tool) ?? toolArguments(args);
  if (wrong !== undefined) throw new TypeError(`Cannot call tool "${String(tool)}": ${wrong}`);
  return { name: tool as string, arguments: args as JsonObject };
}

/** The typed output inside the answer to `tools/call`; other answers as they are. */
export function readToolResult({ method, tool }: Invocation, outcome: Outcome): Outcome {
  if (!outcome.ok || method !== 'tools/call') return outcome;
  const value: Json | undefined = isJsonObject(outcome.value) ? outcome.value.structuredContent : undefined;
  return value === undefined ? { ok: false, error: unreadable(`the answer of tool "${tool}"`) } : { ok: true, value };
}
