import type { ErrorName, Transport } from '@callsheet/protocol';
import type { CounterCell } from '../metrics/counter-cell.ts';
import type { HistogramCell } from '../metrics/histogram-cell.ts';
import type { Route } from './route.ts';

/** How a call of a tool ended. `refused`: it was never begun, and the gateway itself said so. */
export type CallStatus = 'success' | 'error' | 'timeout' | 'cancelled' | 'refused';

export const CALL_STATUSES: readonly CallStatus[] = ['success', 'error', 'timeout', 'cancelled', 'refused'];

/** What the layers before a worker refuse with. */
const REFUSALS: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'INVALID_REQUEST',
  'INVALID_PARAMS',
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'FORBIDDEN',
  'PATH_NOT_ALLOWED',
  'TOOL_DENIED',
  'NOT_FOUND',
  'TOOL_NOT_FOUND',
  'CONFLICT',
  'IDEMPOTENCY_IN_PROGRESS',
  'IDEMPOTENCY_MISMATCH',
  'REQUEST_TOO_LARGE',
  'ARRAY_TOO_LARGE',
  'RATE_LIMITED',
  'TOO_MANY_IN_FLIGHT',
  'QUOTA_EXCEEDED',
  'OVERLOADED',
  'DRAINING',
]);

/** The status of a call that ended with an error. */
export function statusOf(error: ErrorName): CallStatus {
  if (error === 'CANCELLED') return 'cancelled';
  if (error === 'DEADLINE_EXCEEDED') return 'timeout';
  return REFUSALS.has(error) ? 'refused' : 'error';
}

/** The cells of one tool, or of all that are not known. */
export class ToolCells {
  /** Whose it is. */
  readonly owner: object;
  readonly name: string;
  readonly statuses: Readonly<Record<CallStatus, CounterCell>>;
  readonly duration: HistogramCell;
  /** True when calls of it become jobs: their end counts then, not the answer with the job's id. */
  isJob: boolean;
  /** What requests for it count in, by the door they come through. */
  readonly #calls: Partial<Record<Transport, CallCells>> = {};
  /** Since when it is not offered any more, in milliseconds of a clock that never jumps. */
  missingSince: number | undefined = undefined;

  constructor(
    owner: object,
    name: string,
    isJob: boolean,
    statuses: Readonly<Record<CallStatus, CounterCell>>,
    duration: HistogramCell,
  ) {
    this.owner = owner;
    this.name = name;
    this.isJob = isJob;
    this.statuses = statuses;
    this.duration = duration;
  }

  through(route: Route): CallCells {
    const known = this.#calls[route.transport];
    if (known !== undefined) return known;
    const cells = new CallCells(route.owner, route, this);
    this.#calls[route.transport] = cells;
    return cells;
  }
}

/** What one request counts in, found once, when it begins. */
export class CallCells {
  /** Whose it is. */
  readonly owner: object;
  readonly route: Route;
  /** Of requests that call a tool. */
  readonly tool: ToolCells | undefined;

  constructor(owner: object, route: Route, tool: ToolCells | undefined) {
    this.owner = owner;
    this.route = route;
    this.tool = tool;
  }
}
