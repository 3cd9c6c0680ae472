import { CallError } from '@callsheet/protocol';
import type { Desks } from '../call/desks.ts';
import { lineName } from '../call/line-names.ts';
import type { Seat } from '../call/seat.ts';
import type { Seats } from '../call/seats.ts';
import type { AttemptBudget } from '../guard/budget.ts';
import type { Bulkhead } from '../guard/bulkhead.ts';
import type { GuardReport, GuardState } from '../guard/guard.ts';
import type { Health, WorkerState } from '../health/state.ts';
import type { Registry } from '../registry/registry.ts';
import { because } from './because.ts';

/** The answer of `services/explain`: plain JSON. Of a call that asks for nothing in particular. */
export interface ToolExplanation {
  readonly tool: string;
  readonly version: string;
  readonly schemaHash: string;
  readonly strategy: string;
  /** So many workers are out that all are used. */
  readonly panic: boolean;
  /** Calls that wait for a slot. */
  readonly waiting: number;
  /** Further attempts that are paid for; null when nothing is tried twice. */
  readonly retryTokens: number | null;
  /** Further attempts at the same time that are paid for; null when nobody is asked while another works on it. */
  readonly hedgeTokens: number | null;
  readonly workers: readonly WorkerExplanation[];
}

export interface WorkerExplanation {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly zone: string | null;
  readonly state: WorkerState;
  readonly health: Health;
  /** True when calls may go there as far as the registry knows. */
  readonly available: boolean;
  readonly inFlight: number;
  readonly slots: number;
  readonly guard: GuardExplanation;
  /** What the strategy knows, by its own names: `cost`, `latencyMs`, `successRate`, `load`. */
  readonly numbers: Readonly<Record<string, number>>;
  /** True when a call may go there now. */
  readonly chosen: boolean;
  /** Why, in one sentence. */
  readonly because: string;
}

export interface GuardExplanation {
  readonly state: GuardState;
  readonly failuresInRow: number;
  /** Null unless it is left alone. */
  readonly triedAgainInMs: number | null;
  readonly ejections: number;
  /** Its share while it comes back: 0.1 up to 1. */
  readonly ramp: number;
  /** The newest last. */
  readonly lastFailures: readonly { readonly agoMs: number; readonly outcome: string; readonly error: string | null }[];
}

export interface ExplainParts {
  readonly registry: Pick<Registry, 'catalogue'>;
  readonly desks: Desks;
  readonly seats: Seats;
  readonly bulkhead: Bulkhead;
  readonly strategy: string;
  readonly retries: AttemptBudget | undefined;
  readonly hedges: AttemptBudget | undefined;
}

/** Costs a walk over the workers of the tool. @throws CallError TOOL_NOT_FOUND when nobody offers it. */
export function explain(tool: string, parts: ExplainParts): ToolExplanation {
  const { registry, desks, seats, bulkhead, strategy, retries, hedges } = parts;
  const { catalogue } = registry;
  const usual = catalogue.find(tool)?.tool;
  const desk = desks.usual(tool);
  if (usual === undefined || desk === undefined) {
    throw new CallError(
      'TOOL_NOT_FOUND',
      `Cannot explain "${tool}": nobody offers it; services/list says what there is`,
    );
  }
  const offers = (catalogue.entry(tool)?.endpoints ?? []).flatMap((endpoint) => {
    const seat = seats.of(endpoint.worker.id);
    if (seat === undefined) return [];
    const numbers: Numbers = desk.explain(seat);
    return [{ seat, numbers, usual: endpoint.tool.schemaHash === usual.schemaHash }];
  });
  const costs = offers.filter(({ seat, usual }) => usual && isFree(seat)).map(({ numbers }) => numbers.cost);
  const least = Math.min(...costs.map((cost) => cost ?? Number.POSITIVE_INFINITY));
  return {
    tool,
    version: usual.version,
    schemaHash: usual.schemaHash,
    strategy,
    panic: desk.panic,
    waiting: bulkhead.waiting(lineName(tool, usual.schemaHash)),
    retryTokens: retries?.tokens ?? null,
    hedgeTokens: hedges?.tokens ?? null,
    workers: offers.map((offer) => row(offer, desk.panic, least)),
  };
}

/** What a strategy says, of which one name means something to everybody. */
type Numbers = Readonly<Record<string, number>> & { readonly cost?: number };

interface Offer {
  readonly seat: Seat;
  readonly numbers: Numbers;
  readonly usual: boolean;
}

function row({ seat, numbers, usual }: Offer, panic: boolean, leastCost: number): WorkerExplanation {
  const { worker, room } = seat;
  const { id, facts, state, health, available } = worker;
  const guard = seat.guard.report();
  const { cost } = numbers;
  const overCheapest = cost === undefined ? undefined : cost / leastCost;
  return {
    ...{ id, name: facts.name, version: facts.version, zone: facts.zone ?? null, state, health, available },
    inFlight: seat.inFlight,
    slots: facts.slots,
    guard: explainGuard(guard),
    numbers,
    ...because({ worker, usual, guard, panic, slots: room, overCheapest }),
  };
}

function explainGuard({
  state,
  failuresInRow,
  triedAgainInMs,
  ejections,
  ramp,
  lastFailures,
}: GuardReport): GuardExplanation {
  return {
    ...{ state, failuresInRow, triedAgainInMs: triedAgainInMs ?? null, ejections, ramp },
    lastFailures: lastFailures.map(({ agoMs, outcome, error }) => ({ agoMs, outcome, error: error ?? null })),
  };
}

function isFree({ worker, room, standing }: Seat): boolean {
  return worker.available && standing === 'in' && room.inUse < room.limit;
}
