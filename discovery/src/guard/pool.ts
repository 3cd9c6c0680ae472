import { EventEmitter } from 'node:events';
import { CallError } from '@callsheet/protocol';
import type { Clock, Random } from '../clock.ts';
import { Breaker, type Surroundings } from './breaker.ts';
import { Fleet } from './fleet.ts';
import type { GuardReport, GuardState, Standing } from './guard.ts';
import { type GuardRules, guardRules } from './rules.ts';
import { readStoredGuard, type StoredGuard } from './stored.ts';

export interface GuardPoolOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly rules?: Partial<GuardRules>;
  /**
   * Where a worker stands has changed; `available` says whether it may be picked, panic aside. Feed the fleets of its tools
   * with it. Must not throw.
   */
  readonly onAvailability?: (id: string, available: boolean, standing: Standing) => void;
  /** For events and metrics. Must not throw. */
  readonly onState?: (id: string, state: GuardState, report: GuardReport) => void;
}

/**
 * The guards of all workers. A worker has one for each epoch; adding a higher epoch ends the older one's, whose calls
 * then count for nothing.
 */
export class GuardPool {
  readonly rules: GuardRules;
  readonly #options: GuardPoolOptions;
  readonly #breakers = new Map<string, Breaker>();
  readonly #trials = new Set<string>();
  readonly #fleet: Fleet<string>;
  readonly #around: Surroundings;

  /** @throws RangeError for a rule outside its range */
  constructor(options: GuardPoolOptions) {
    this.rules = guardRules(options.rules);
    this.#options = options;
    this.#fleet = new Fleet(this.rules);
    this.#around = this.#surroundings(this.#fleet);
  }

  get size(): number {
    return this.#fleet.size;
  }

  /** Workers that are not closed. */
  get out(): number {
    return this.#fleet.out;
  }

  /** So many are out that everybody is used. */
  get panic(): boolean {
    return this.#fleet.panic;
  }

  /**
   * Begins to guard a worker. The same epoch again changes nothing.
   *
   * @throws CallError CONFLICT for an epoch older than the one that is guarded
   */
  add(id: string, epoch: number): Breaker {
    const former = this.#breakers.get(id);
    if (former?.epoch === epoch) return former;
    if (former !== undefined && former.epoch > epoch) throw outdated(id, epoch, former.epoch);
    const now = this.#options.clock.monotonic();
    // Taken out with its history: that one was out counts in the back-off of the next epoch, but not as health.
    const history = former?.ejections;
    if (former?.state !== 'closed') history?.cameBack(now);
    former?.shutdown();
    const breaker = new Breaker(id, epoch, this.#around, history);
    this.#breakers.set(id, breaker);
    this.#fleet.add(id);
    this.#stands(breaker);
    return breaker;
  }

  /** Stops guarding a worker and takes back everything that was kept for it. */
  remove(id: string): void {
    this.#breakers.get(id)?.shutdown();
    this.#breakers.delete(id);
    this.#trials.delete(id);
    this.#fleet.remove(id);
  }

  guard(id: string): Breaker | undefined {
    return this.#breakers.get(id);
  }

  /** The epoch that is guarded. */
  generation(id: string): number | undefined {
    return this.#breakers.get(id)?.epoch;
  }

  /** Who of all may be picked; in a panic everybody. A live list: read it, do not keep it. */
  available(): readonly string[] {
    return this.#fleet.available();
  }

  /**
   * The worker that has waited longest for a trial. A balancer that goes by cost would not choose one that has just failed, and
   * it would stay out for ever: give it the next call that may be repeated.
   */
  awaitingTrial(): string | undefined {
    return this.#trials.size === 0 ? undefined : this.#trials.values().next().value;
  }

  list(): GuardReport[] {
    return Array.from(this.#breakers.values(), (breaker) => breaker.report());
  }

  /** Plain data for `restore`. */
  store(): StoredGuard[] {
    return Array.from(this.#breakers.values(), (breaker) => breaker.store());
  }

  /**
   * Takes up guards that were stored `elapsedMs` ago, by this process or an earlier one. A worker that is already guarded in
   * the same or a higher epoch is left as it is: what is known of it is newer.
   *
   * @throws TypeError for a record that is not one of `store`; then none is taken up
   */
  restore(stored: readonly unknown[], elapsedMs: number): void {
    const elapsed = Math.max(0, elapsedMs);
    const known = stored.map(readStoredGuard).filter(({ id, epoch }) => epoch > (this.generation(id) ?? -1));
    // All of them are in before the first is put out, or the first would be half a fleet on its own.
    for (const { id, epoch } of known) this.add(id, epoch);
    for (const guard of known) this.#breakers.get(guard.id)?.restore(guard, elapsed);
  }

  /** Removes every worker. */
  shutdown(): void {
    for (const id of [...this.#breakers.keys()]) this.remove(id);
  }

  #surroundings(fleet: Fleet<string>): Surroundings {
    const { clock, random, onState } = this.#options;
    const rotation = new EventEmitter().setMaxListeners(0);
    let generations = 0;
    return {
      clock,
      random,
      rules: this.rules,
      rotation,
      get hasRoom() {
        return fleet.hasRoom;
      },
      get panic() {
        return fleet.panic;
      },
      nextGeneration: () => ++generations,
      entered: (breaker, state) => {
        this.#stands(breaker);
        onState?.(breaker.id, state, breaker.report());
      },
      seated: (breaker) => this.#stands(breaker),
    };
  }

  #stands({ id, standing }: Breaker): void {
    if (standing === 'trial') this.#trials.add(id);
    else this.#trials.delete(id);
    this.#fleet.stand(id, standing);
    this.#options.onAvailability?.(id, standing !== 'out', standing);
  }
}

function outdated(id: string, epoch: number, newest: number): CallError {
  return new CallError(
    'CONFLICT',
    `Cannot guard epoch ${epoch} of the worker "${id}": epoch ${newest} is already here; register again with a higher one`,
  );
}
