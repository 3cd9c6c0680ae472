import type { EndpointCall } from '@callsheet/discovery';
import { type JsonObject, requestText, type WorkMeta } from '@callsheet/protocol';

/**
 * The text of a `tools/call` for a worker.
 *
 * @param now milliseconds since the epoch, as the context's deadline is. What travels is how long is left: the clocks of two
 * machines need not agree.
 */
export function callText(id: string, { tool, args, attempt, job, context }: EndpointCall, now: number): string {
  const { principal, project, dryRun, trace, deadline } = context;
  const meta: WorkMeta = {
    deadlineMs: Math.max(1, Math.floor(deadline - now)),
    attempt,
    principal: { id: principal.id, role: principal.role, scopes: principal.scopes },
    project,
    ...(dryRun && { dryRun }),
    ...(trace.traceparent !== undefined && { traceparent: trace.traceparent }),
    ...(trace.tracestate !== undefined && { tracestate: trace.tracestate }),
    ...(job !== undefined && { job: { id: job.id, attempt: job.attempt } }),
  };
  return requestText(id, 'tools/call', { name: tool, arguments: args, _meta: meta as unknown as JsonObject });
}
