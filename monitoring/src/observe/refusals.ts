import { type CallError, isJsonObject, type RequestObservation } from '@callsheet/protocol';
import { defineCounter } from '../catalogue/define.ts';
import type { MetricRegistry } from '../metrics/registry.ts';

/** Limits as they name themselves in the details of RATE_LIMITED, and as the metric names them. */
const SCOPES: Readonly<Record<string, string>> = {
  global: 'global',
  shared: 'tool',
  tool: 'tool',
  principal: 'key',
  credentials: 'credentials',
  connection: 'connection',
};

/** Why a request was given up, where its error says it: `details.reason`. */
const REASONS: ReadonlySet<unknown> = new Set(['client', 'timeout', 'disconnect', 'shutdown']);

/** Counts why requests failed, beyond their code: not allowed, too often, given up. */
export class Refusals {
  readonly #denied;
  readonly #limited;
  readonly #cancelled;

  constructor(registry: MetricRegistry) {
    this.#denied = defineCounter(registry, 'mcp_rbac_denied_total');
    this.#limited = defineCounter(registry, 'mcp_ratelimit_rejected_total');
    this.#cancelled = defineCounter(registry, 'mcp_operations_cancelled_total');
    for (const scope of new Set([...Object.values(SCOPES), 'other'])) this.#limited.cell(scope);
    for (const reason of ['client', 'timeout', 'disconnect', 'shutdown']) this.#cancelled.cell('tools/call', reason);
  }

  /** `method`: the label of it. */
  count(method: string, { principal, workMs }: RequestObservation, error: CallError): void {
    switch (error.errorName) {
      case 'FORBIDDEN':
      case 'TOOL_DENIED':
        this.#denied.cell(principal?.role ?? 'none').inc();
        break;
      case 'RATE_LIMITED':
        this.#limited.cell(scopeOf(error)).inc();
        break;
      case 'CANCELLED':
        this.#cancelled.cell(method, reasonOf(error, 'client')).inc();
        break;
      case 'DEADLINE_EXCEEDED':
        this.#cancelled.cell(method, 'timeout').inc();
        break;
      case 'DRAINING':
        // Of one that was never begun nothing was given up.
        if (workMs > 0) this.#cancelled.cell(method, 'shutdown').inc();
        break;
    }
  }
}

function scopeOf({ facts: { details } }: CallError): string {
  const limit = isJsonObject(details) ? details.limit : undefined;
  return typeof limit === 'string' && Object.hasOwn(SCOPES, limit) ? (SCOPES[limit] ?? 'other') : 'other';
}

function reasonOf({ facts: { details } }: CallError, otherwise: string): string {
  const reason = isJsonObject(details) ? details.reason : undefined;
  return typeof reason === 'string' && REASONS.has(reason) ? reason : otherwise;
}
