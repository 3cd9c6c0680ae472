import { randomBytes } from 'node:crypto';
import type { Registry, WorkerLink } from '@callsheet/discovery';
import { CallError, type Json, type JsonObject, type Tool } from '@callsheet/protocol';
import { VERSION } from '../version.ts';

/**
 * Calls this process takes at once. No bound of its own: callers have their windows, and jobs their slots; a call that only
 * looks something up must not wait behind one that renders.
 */
const SLOTS = 10_000;

/** Joins the gateway's own tools to those of the workers, as one more worker that cannot fall silent. Answers its public id. */
export function serveOwnTools(registry: Pick<Registry, 'register'>, tools: readonly Tool[]): string {
  const facts = {
    instanceId: randomBytes(16).toString('base64url'),
    epoch: 1,
    name: 'this gateway',
    version: VERSION,
    slots: SLOTS,
    tags: ['gateway'],
  };
  const lease = registry.register(facts, tools.map(rowOf), ownLink(tools), { heartbeats: false });
  lease.renew();
  return lease.workerId;
}

/** Runs tools in this process. */
export function ownLink(tools: readonly Tool[]): WorkerLink {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  return {
    // Not async: what a tool throws goes the same way, and one promise less for each call is worth having.
    call: ({ tool: name, args, context }) => {
      const tool = byName.get(name);
      if (tool === undefined) throw new CallError('TOOL_NOT_FOUND', `Cannot find a tool named "${name}"`);
      // JSON by its own word; the dispatcher holds it against the schema.
      return tool.run(args, context) as Promise<Json>;
    },
  };
}

/** A tool as it is offered. */
export function rowOf(tool: Tool): JsonObject {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    category: tool.category,
    inputSchema: tool.input as JsonObject,
    outputSchema: tool.output as JsonObject,
    execution: tool.execution,
    annotations: {
      idempotentHint: tool.idempotent ?? false,
      readOnlyHint: tool.readOnly ?? false,
      timeoutMs: tool.timeoutMs,
      ...(tool.cache && { cacheTtlMs: tool.cache.ttlMs }),
    },
  };
}
