import type { EventEmitter } from 'node:events';
import type { ErrorName } from '@callsheet/protocol';
import type { Clock, Random } from '../clock.ts';
import type { Outcome } from '../outcome.ts';
import { Circuit } from './circuit.ts';
import { Ejections } from './ejection.ts';
import type { Guard, GuardReport, GuardState, Standing, Ticket } from './guard.ts';
import { RecentFailures } from './recent-failures.ts';
import type { GuardRules } from './rules.ts';
import type { StoredGuard } from './stored.ts';

/** What a breaker asks of the pool it lives in. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly rules: GuardRules;
  readonly rotation: EventEmitter;
  /** Whether one more worker may be put out. */
  readonly hasRoom: boolean;
  readonly panic: boolean;
  /** A number above 0 that no breaker of the pool has had. */
  nextGeneration(): number;
  /** The breaker is in another state now. The last thing that happens in a step: it may be removed meanwhile. */
  entered(breaker: Breaker, state: GuardState): void;
  /** The seat for a trial was taken or given back; the state is the same. */
  seated(breaker: Breaker): void;
}

/** The ticket of a call that says nothing: sent to a worker that is out, or that has left. */
const OF_NO_ACCOUNT: Ticket = 0;

/** Longer timeouts make setTimeout fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * The guard of one worker instance.
 *
 * Closed, it is two comparisons and a number: opossum comes into being when the worker is put out and goes when it is back,
 * so a healthy worker costs neither time nor memory for it. Every change of state begins a generation; what ends with a
 * ticket of another one is ignored, so a call that left before the opening neither closes what opened meanwhile nor
 * trips what closed meanwhile. There is no window of time: five calls of ten minutes each count as much as five of ten
 * milliseconds.
 */
export class Breaker implements Guard {
  readonly id: string;
  readonly epoch: number;
  readonly #around: Surroundings;
  #generation: number;
  #hardInARow = 0;
  #circuit: Circuit | undefined;
  #ejections: Ejections | undefined;
  #failures: RecentFailures | undefined;
  #trialUnderWay = false;
  #triedAgainAt = 0;
  #cancelAppointment: (() => void) | undefined;

  /** @param ejections what is remembered of an older epoch of the worker: to connect anew is no cure */
  constructor(id: string, epoch: number, around: Surroundings, ejections?: Ejections) {
    this.id = id;
    this.epoch = epoch;
    this.#around = around;
    this.#ejections = ejections;
    this.#generation = around.nextGeneration();
  }

  get state(): GuardState {
    return this.#circuit === undefined ? 'closed' : this.#circuit.state;
  }

  get standing(): Standing {
    if (this.#circuit === undefined) return 'in';
    return this.#circuit.state === 'half-open' && !this.#trialUnderWay ? 'trial' : 'out';
  }

  /** The share of a worker that comes back, for the balancer's slow start: 0.1 up to 1; 1 in a panic, where all must help. */
  get ramp(): number {
    const { clock, rules, panic } = this.#around;
    return this.#ejections === undefined || panic ? 1 : this.#ejections.ramp(clock.monotonic(), rules);
  }

  get ejections(): Ejections | undefined {
    return this.#ejections;
  }

  started(deadlineMs?: number): Ticket {
    return this.#circuit === undefined ? this.#generation : this.#startTrial(deadlineMs);
  }

  ended(ticket: Ticket, outcome: Outcome, error?: ErrorName): void {
    if (ticket !== this.#generation || ticket === OF_NO_ACCOUNT) return;
    if (this.#circuit !== undefined) this.#endTrial(outcome, error);
    else if (outcome === 'ok') this.#hardInARow = 0;
    else if (outcome !== 'neutral') this.#count(outcome, error);
  }

  report(): GuardReport {
    const { clock, rules } = this.#around;
    const now = clock.monotonic();
    return {
      id: this.id,
      epoch: this.epoch,
      state: this.state,
      standing: this.standing,
      failuresInRow: this.#hardInARow,
      triedAgainInMs: this.state === 'open' ? Math.max(0, this.#triedAgainAt - now) : undefined,
      ejections: this.#ejections?.times(now, rules) ?? 0,
      ramp: this.ramp,
      lastFailures: this.#failures?.list(now) ?? [],
    };
  }

  store(): StoredGuard {
    const { clock, rules } = this.#around;
    const { id, epoch, state, failuresInRow, triedAgainInMs, ejections } = this.report();
    const now = clock.monotonic();
    const back = this.#ejections !== undefined && state === 'closed' && this.#ejections.times(now, rules) > 0;
    return {
      id,
      epoch,
      state,
      failuresInRow,
      restMs: triedAgainInMs ?? 0,
      ejections,
      ...(back && { healthyMs: this.#ejections?.healthyMs(now) ?? 0 }),
    };
  }

  /** Takes up what was stored `elapsedMs` ago. A worker there is no room to put out stays in, one failure before the edge. */
  restore(stored: StoredGuard, elapsedMs: number): void {
    const now = this.#around.clock.monotonic();
    this.#hardInARow = stored.failuresInRow;
    const backAt = stored.healthyMs === undefined ? undefined : now - stored.healthyMs - elapsedMs;
    if (stored.ejections > 0) this.#ejections = new Ejections(stored.ejections, backAt);
    if (stored.state === 'closed' || !this.#around.hasRoom) return;
    this.#stayOut(Math.max(0, stored.restMs - elapsedMs));
  }

  /** The worker has left. No appointment, no machine and no way back is kept; what still ends is ignored. */
  shutdown(): void {
    this.#keepAppointment(undefined);
    this.#generation = OF_NO_ACCOUNT;
    this.#circuit?.shutdown();
    this.#circuit = undefined;
  }

  #count(outcome: 'hard' | 'soft', error: ErrorName | undefined): void {
    this.#remember(outcome, error);
    if (outcome === 'soft') return;
    this.#hardInARow++;
    if (this.#hardInARow >= this.#around.rules.hardInARow && this.#around.hasRoom) this.#putOut();
  }

  #startTrial(deadlineMs: number | undefined): Ticket {
    if (this.standing !== 'trial') return OF_NO_ACCOUNT;
    const { clock, rules } = this.#around;
    const ticket = this.#generation;
    this.#trialUnderWay = true;
    const patience = Math.min(deadlineMs ?? rules.trialDeadlineMs, LONGEST_MS);
    this.#keepAppointment(clock.after(patience, () => this.ended(ticket, 'hard', 'DEADLINE_EXCEEDED')));
    this.#around.seated(this);
    return ticket;
  }

  #endTrial(outcome: Outcome, error: ErrorName | undefined): void {
    this.#keepAppointment(undefined);
    this.#trialUnderWay = false;
    if (outcome === 'ok') this.#comeBack();
    else if (outcome === 'neutral') {
      this.#generation = this.#around.nextGeneration();
      this.#around.seated(this);
    } else {
      this.#remember(outcome, error);
      if (outcome === 'hard') this.#hardInARow++;
      this.#putOut();
    }
  }

  #putOut(): void {
    const { clock, random, rules } = this.#around;
    this.#ejections ??= new Ejections();
    this.#stayOut(this.#ejections.putOut(clock.monotonic(), rules, random));
  }

  #stayOut(ms: number): void {
    const { clock, rotation } = this.#around;
    this.#generation = this.#around.nextGeneration();
    this.#triedAgainAt = clock.monotonic() + ms;
    this.#circuit ??= new Circuit(this.id, rotation, (state) => this.#around.entered(this, state));
    this.#keepAppointment(clock.after(ms, () => this.#tryAgain()));
    this.#circuit.open();
  }

  #tryAgain(): void {
    this.#cancelAppointment = undefined;
    this.#generation = this.#around.nextGeneration();
    this.#circuit?.halfOpen();
  }

  #comeBack(): void {
    this.#generation = this.#around.nextGeneration();
    this.#hardInARow = 0;
    this.#ejections?.cameBack(this.#around.clock.monotonic());
    const circuit = this.#circuit;
    this.#circuit = undefined;
    circuit?.close();
    circuit?.shutdown();
  }

  #remember(outcome: 'hard' | 'soft', error: ErrorName | undefined): void {
    this.#failures ??= new RecentFailures();
    this.#failures.add(this.#around.clock.monotonic(), outcome, error);
  }

  #keepAppointment(cancel: (() => void) | undefined): void {
    this.#cancelAppointment?.();
    this.#cancelAppointment = cancel;
  }
}
