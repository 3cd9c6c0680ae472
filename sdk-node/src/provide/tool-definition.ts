import type { JsonObject, JsonSchema, Tool, ToolContext } from '@callsheet/protocol';

/** A tool of a worker, as little of it as must be said. Its name is the member's name in `tools`. */
export interface ToolDefinition {
  /** What it does and when to use it: people and agents choose by it. At most 8,192 characters. */
  readonly description: string;
  /** For people; the name when not said. */
  readonly title?: string;
  /** A word such as `video`; `other` when not said. */
  readonly category?: string;
  /** Of the arguments. Any object when not said; the gateway checks, so that `run` need not. */
  readonly input?: JsonSchema;
  /** Of the result. Anything when not said. */
  readonly output?: JsonSchema;
  /** `call` when not said; `job` outlives its caller's connection. */
  readonly execution?: Tool['execution'];
  /** True when running it twice does no harm: it is retried elsewhere when this worker fails. False when not said. */
  readonly idempotent?: boolean;
  /** True when it changes and stores nothing. False when not said. */
  readonly readOnly?: boolean;
  readonly cache?: Tool['cache'];
  /** Upper bound of one run in milliseconds; 60,000 when not said. */
  readonly timeoutMs?: number;
  /** Semantic version of what it means; the worker's when not said. */
  readonly version?: string;
  /** Runs it. A `CallError` is told to the caller word by word; of anything else only the worker's log has the words. */
  run(args: JsonObject, ctx: ToolContext): unknown;
}

/** Tools by name, or as the protocol has them. */
export type ToolOffer = Readonly<Record<string, ToolDefinition>> | readonly Tool[];

/** A tool with every default filled in. */
export interface ServedTool {
  readonly name: string;
  run(args: JsonObject, ctx: ToolContext): unknown;
  /** As it is offered to a gateway. */
  readonly row: JsonObject;
}

/** Fills in the defaults. */
export function servedTool(name: string, tool: ToolDefinition): ServedTool {
  return {
    name,
    run: (args, ctx) => tool.run(args, ctx),
    row: {
      name,
      title: tool.title ?? name,
      description: tool.description,
      category: tool.category ?? 'other',
      inputSchema: (tool.input ?? { type: 'object' }) as JsonObject,
      outputSchema: (tool.output ?? {}) as JsonObject,
      execution: tool.execution ?? 'call',
      annotations: {
        idempotentHint: tool.idempotent ?? false,
        readOnlyHint: tool.readOnly ?? false,
        timeoutMs: tool.timeoutMs ?? 60_000,
        ...(tool.cache && { cacheTtlMs: tool.cache.ttlMs }),
      },
      ...(tool.version !== undefined && { version: tool.version }),
    },
  };
}
