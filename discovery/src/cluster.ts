import type { Json } from '@callsheet/protocol';
import { DEFAULT_STRATEGY, Strategies } from './balance/strategies.ts';
import { Deadlines } from './call/deadlines.ts';
import { Desks } from './call/desks.ts';
import { Dispatcher, type ReserveOptions } from './call/dispatcher.ts';
import type { FlightParts } from './call/flight.ts';
import type { Reservation } from './call/reservation.ts';
import { RoomBell } from './call/room-bell.ts';
import { Seats } from './call/seats.ts';
import type { Work } from './call/work.ts';
import { occurrence } from './channels.ts';
import type { Clock } from './clock.ts';
import type { ClusterOptions, ClusterParts } from './cluster-options.ts';
import { type ExplainParts, explain, type ToolExplanation } from './describe/explain.ts';
import { type ServiceList, serviceList } from './describe/service-list.ts';
import { hedgeBudget, retryBudget } from './guard/budget.ts';
import { Bulkhead } from './guard/bulkhead.ts';
import type { GuardState } from './guard/guard.ts';
import { GuardPool } from './guard/pool.ts';
import { within } from './guard/within.ts';
import { HealthChecker } from './health/checker.ts';
import type { Health, WorkerState } from './health/state.ts';
import { Registry } from './registry/registry.ts';
import { TimingWheel } from './wheel.ts';

/** Leases and probes count in seconds: nobody minds a twentieth, and a large fleet wakes the process less often. */
const FLEET_LATE_MS = 50;

/** A worker as whoever watches the fleet needs it: `services/list` tells more, and takes longer. */
export interface WorkerStanding {
  readonly id: string;
  readonly name: string;
  readonly state: WorkerState;
  readonly health: Health;
  readonly guard: GuardState;
  /** Calls it has from here now. */
  readonly calls: number;
  /** Calls that went elsewhere because it was kept away, since it came. */
  readonly diverted: number;
  /** Calls that were sent there, since it came. */
  readonly picks: number;
}

/** Everybody who can do the work, and the way to have it done. */
export class Cluster {
  readonly registry: Registry;
  readonly health: HealthChecker;
  readonly strategies: Strategies;
  readonly guards: GuardPool;
  readonly #deadlines: Deadlines;
  readonly #bell: RoomBell;
  readonly #dispatcher: Dispatcher;
  readonly #explained: ExplainParts;

  /** @throws RangeError or Error for an option outside its range. */
  constructor({ clock, random, log, options = {} }: ClusterParts) {
    const { strategy = DEFAULT_STRATEGY, slowStartMs, line } = options;
    const fault = (error: unknown): void => log.warn({ fault: String(error) }, 'foreign code threw in the dispatcher');
    const wheel = new TimingWheel(clock, { lateMs: FLEET_LATE_MS });
    this.registry = new Registry({ clock: wheel, log, ...(options.registry && { options: options.registry }) });
    this.health = new HealthChecker({ clock: wheel, random, ...(options.health && { options: options.health }) });
    this.strategies = new Strategies({ clock, random, ...(slowStartMs !== undefined && { slowStartMs }) });
    for (const [name, factory] of Object.entries(options.strategies ?? {})) this.strategies.register(name, factory);
    this.strategies.open(strategy);
    this.guards = new GuardPool({
      clock,
      random,
      ...(options.guard && { rules: options.guard }),
      onAvailability: (id, _available, standing) => seats.stand(id, standing),
      onState: (id, state) => {
        if (!occurrence.hasSubscribers) return;
        const breaker = seats.of(id)?.worker.facts.name;
        if (breaker === undefined) return;
        occurrence.publish({ type: 'breaker', breaker, to: state === 'half-open' ? 'half_open' : state });
      },
    });
    const bulkhead = new Bulkhead({
      clock,
      ...(line?.limit !== undefined && { lineLimit: line.limit }),
      ...(line?.longestWaitMs !== undefined && { longestWaitMs: line.longestWaitMs }),
    });
    const retries = options.retry === false ? undefined : retryBudget(clock, options.retry);
    const hedges = hedging(clock, options.hedge);
    this.#bell = new RoomBell(fault);
    this.#deadlines = new Deadlines(clock);
    const seats: Seats = new Seats({
      guards: this.guards,
      bulkhead,
      bell: this.#bell,
      toolGone: (tool) => desks.drop(tool),
    });
    const desks: Desks = new Desks({
      registry: this.registry,
      strategies: this.strategies,
      strategy,
      rules: this.guards.rules,
      seatOf: (id) => seats.of(id),
      failed: fault,
      clock,
      absenceMs: bulkhead.longestWaitMs,
      waiting: (name) => bulkhead.waiting(name),
      reconsider: (name) => bulkhead.reconsider(name),
      measure: hedges !== undefined,
    });
    this.#dispatcher = new Dispatcher({
      ...{ clock, random, desks, seats, bulkhead, retries, hedges, strategy, fault },
      bell: this.#bell,
      deadlines: this.#deadlines,
    });
    this.#explained = { registry: this.registry, desks, seats, bulkhead, strategy, retries, hedges: hedges?.budget };
    this.registry.listen((change) => {
      seats.follow(change);
      if (change.type !== 'source') desks.attend(change.worker);
    });
  }

  /**
   * Has the work done by one of those who can. Settles at its deadline or when nobody wants the answer any more, whatever the
   * worker does.
   *
   * @returns rejects with a CallError: the worker's own; TOOL_NOT_FOUND when nobody offers the tool; UNAVAILABLE when nobody
   * who does can be reached; OVERLOADED when no slot was free in time; DEADLINE_EXCEEDED; DRAINING after `close`. Whatever else
   * a link in this process threw is passed on as it is.
   */
  call(work: Work): Promise<Json> {
    return this.#dispatcher.call(work);
  }

  /** A free slot of a worker right now, or nothing; never waits. For work that is pulled, such as jobs. */
  reserve(tool: string, options?: ReserveOptions): Reservation | undefined {
    return this.#dispatcher.reserve(tool, options);
  }

  /** A slot for a call that runs there already, even beyond the worker's limit. */
  adopt(workerId: string): Reservation | undefined {
    return this.#dispatcher.adopt(workerId);
  }

  /** Calls back when a slot may have become free or a worker available; at most once per turn. The answer ends it. */
  onRoom(listener: () => void): () => void {
    return this.#bell.listen(listener);
  }

  /**
   * Why each worker of a tool is or is not chosen. Costs a walk over them.
   *
   * @throws CallError TOOL_NOT_FOUND when nobody offers it.
   */
  explain(tool: string): ToolExplanation {
    return explain(tool, this.#explained);
  }

  /** Everybody the registry knows. */
  list(): ServiceList {
    return serviceList(this.registry, (id) => this.#explained.seats.of(id)?.inFlight ?? 0);
  }

  /** Calls that workers have now, by tool. */
  active(): ReadonlyMap<string, number> {
    return this.#explained.desks.active();
  }

  /** By which workers are picked. */
  get strategy(): string {
    return this.#explained.strategy;
  }

  /** How each worker there is stands: for whoever watches. Costs a walk over them. */
  *standings(): Generator<WorkerStanding> {
    const { desks, seats } = this.#explained;
    desks.settleDiverted();
    for (const { worker } of this.registry.workers()) {
      const seat = seats.of(worker.id);
      const { id, facts, state, health } = worker;
      const guard = this.guards.guard(id)?.state ?? 'closed';
      const { diverted = 0, picks = 0, inFlight: calls = 0 } = seat ?? {};
      yield { id, name: facts.name, state, health, guard, calls, diverted, picks };
    }
  }

  /** Ends every lease and refuses new calls; those under way go on. */
  close(): void {
    this.#dispatcher.close();
    this.health.close();
    this.registry.close();
    this.guards.shutdown();
    this.#deadlines.close();
  }
}

const LEAST_HEDGE_MS = 100;

function hedging(clock: Clock, hedge: ClusterOptions['hedge'] = false): FlightParts['hedges'] {
  if (hedge === false) return undefined;
  const { leastMs = LEAST_HEDGE_MS, ...budget } = hedge;
  return { budget: hedgeBudget(clock, budget), leastMs: within('hedge.leastMs', leastMs, 0, 3_600_000) };
}
