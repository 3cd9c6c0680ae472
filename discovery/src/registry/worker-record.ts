import { createHash } from 'node:crypto';
import type { OfferedTool } from '../catalogue/offered-tool.ts';
import type { RegisteredFacts, Worker } from '../catalogue/worker.ts';
import {
  changesIn,
  type Health,
  type Liveness,
  livenessOf,
  type Phase,
  type Silence,
  stateOf,
  takesCalls,
} from '../health/state.ts';
import type { WorkerLink } from '../worker.ts';
import type { OpenLease } from './lease.ts';
import type { RegistryRules } from './options.ts';

/** What one registration brought. */
export interface Registration {
  readonly facts: RegisteredFacts;
  readonly tools: readonly OfferedTool[];
  readonly link: WorkerLink;
  /** False for whoever cannot fall silent, such as a function in this process. */
  readonly heartbeats: boolean;
}

/** One worker over all its epochs, as it stands now. Times are those of the registry's clock. */
export class WorkerRecord {
  readonly id: string;
  /** Who may register it again. */
  readonly owner: string;
  registration: Registration;
  /** The newest epoch's; undefined once it is lost. */
  lease: OpenLease | undefined;
  phase: Phase = 'joining';
  liveness: Liveness = 'alive';
  health: Health = 'unknown';
  heardAt: number;
  lostAt: number | undefined;
  deadAt: number | undefined;
  /** When it last said that it is ready; undefined when it has said otherwise since. */
  readyAt: number | undefined;
  /** Milliseconds of its silence that are not its fault. */
  #excusedMs = 0;
  /** Calls in flight by its own count. */
  inFlight: number | undefined;
  /** What is known outside; a new one for every change. */
  worker: Worker;
  cancelLook: (() => void) | undefined;

  constructor(owner: string, registration: Registration, now: number) {
    this.id = publicId(registration.facts.instanceId);
    this.owner = owner;
    this.registration = registration;
    this.heardAt = now;
    this.worker = this.picture();
  }

  /** Begins a new life: nothing of the earlier epochs goes on. */
  beginAnew(): void {
    this.phase = 'joining';
    this.health = 'unknown';
    this.inFlight = undefined;
    this.readyAt = undefined;
  }

  /** It was heard on an open connection. */
  connectedAt(now: number): void {
    this.heardAt = now;
    this.lostAt = undefined;
    this.deadAt = undefined;
    this.liveness = 'alive';
    this.#excusedMs = 0;
  }

  /** Nobody could be heard until now: the time of its present liveness begins again. */
  excuse(now: number, { suspectAfterMs }: RegistryRules): void {
    if (this.lostAt !== undefined) return;
    if (this.deadAt !== undefined) this.deadAt = now;
    this.#excusedMs = now - this.heardAt - (this.liveness === 'suspect' ? suspectAfterMs : 0);
  }

  /** Brings liveness up to date. `deaf`: silence means nothing now. */
  look(now: number, rules: RegistryRules, deaf: boolean): void {
    // The dead stay dead until they are heard, whatever else happens to them.
    if (this.deadAt !== undefined || this.#cannotFallSilent(deaf)) return;
    this.liveness = livenessOf(this.#silence(now), rules);
    if (this.liveness === 'dead') this.deadAt = now;
  }

  graceIsOver(now: number, { graceMs }: RegistryRules): boolean {
    return this.lostAt !== undefined && now - this.lostAt >= graceMs;
  }

  isForgotten(now: number, { forgetAfterMs }: RegistryRules, deaf: boolean): boolean {
    return !this.#cannotFallSilent(deaf) && this.deadAt !== undefined && now - this.deadAt >= forgetAfterMs;
  }

  /** Whole milliseconds until time alone can change something; undefined when it cannot. */
  nextLook(now: number, rules: RegistryRules, deaf: boolean): number | undefined {
    if (this.#cannotFallSilent(deaf)) return undefined;
    const { lostAt, deadAt } = this;
    const waits = [deadAt === undefined ? changesIn(this.#silence(now), rules) : deadAt + rules.forgetAfterMs - now];
    if (lostAt !== undefined && this.lease !== undefined) waits.push(lostAt + rules.graceMs - now);
    const soonest = Math.min(...waits.filter((wait) => wait !== undefined));
    // Whole, so that a rounding error of the clock cannot make the next look come in no time, again and again.
    return Number.isFinite(soonest) ? Math.max(1, Math.ceil(soonest)) : undefined;
  }

  /** The record as it may be shown outside. */
  picture(): Worker {
    const { facts, tools, link } = this.registration;
    const state = stateOf(this.phase, this.liveness);
    return Object.freeze({
      id: this.id,
      facts,
      tools,
      link,
      state,
      health: this.health,
      connected: this.lostAt === undefined,
      available: takesCalls(state, this.health),
    });
  }

  #cannotFallSilent(deaf: boolean): boolean {
    return this.lostAt === undefined && (deaf || !this.registration.heartbeats);
  }

  #silence(now: number): Silence {
    const { lostAt } = this;
    const silentMs = now - this.heardAt - this.#excusedMs;
    return { silentMs, disconnectedMs: lostAt === undefined ? undefined : now - lostAt };
  }
}

function publicId(instanceId: string): string {
  return `w-${createHash('sha256').update(instanceId).digest('hex').slice(0, 16)}`;
}
