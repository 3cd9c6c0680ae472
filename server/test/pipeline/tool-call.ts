import { Registry } from '@callsheet/discovery';
import type { JsonObject, Tool } from '@callsheet/protocol';
import { Catalogue } from '../../src/pipeline/catalogue.ts';
import type { ToolCall } from '../../src/pipeline/layer.ts';
import { OfferedSchemas } from '../../src/pipeline/schemas.ts';
import type { ServedTool } from '../../src/pipeline/served-tool.ts';
import { Cancellation } from '../../src/session/cancellation.ts';
import { serveOwnTools } from '../../src/workers/own-tools.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
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

/** The catalogue of a gateway that serves these tools itself. */
export function catalogueOf(tools: readonly Tool[]): Catalogue {
  const clock = new FakeClock();
  const registry = new Registry({ clock, log: keptLog() });
  serveOwnTools(registry, tools);
  return new Catalogue({ registry, schemas: new OfferedSchemas(), clock, absenceMs: 0 });
}

/** The same tool as the layers know it. */
export function served(changes: Partial<Tool> = {}): ServedTool {
  const definition = tool(changes);
  return catalogueOf([definition]).entry(definition.name).tool;
}

export function toolCall(changes: Partial<ToolCall> = {}): ToolCall {
  return {
    tool: served(),
    checkInput: () => {},
    args: {},
    meta: {},
    principal: ALICE,
    cancellation: new Cancellation(),
    requestId: 'req-1',
    now: 0,
    observation: undefined,
    mode: 'call',
    retries: undefined,
    nested: false,
    from: undefined,
    receipt: undefined,
    progress: undefined,
    ...changes,
  };
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
