import { Agenda, quiet } from './agenda.ts';
import { borrowTimers } from './borrowed-timers.ts';
import { TIMEOUT_MS } from './call.ts';
import { dice, gap, zipf } from './dice.ts';
import type { Gateway } from './gateway.ts';
import type { Policy } from './policies.ts';
import type { Traffic } from './scenarios.ts';
import type { Tally } from './tally.ts';
import { Troubles } from './trouble.ts';
import { SimulatedWorker } from './worker.ts';

const GATEWAYS = 3;
const BURST_EVERY_MS = 20_000;
const BURST_MS = 2_000;
const BURST_FACTOR = 2;
/** After its timeout a call must have settled; a little more, for what the clock rounds. */
const SETTLED_AFTER_MS = TIMEOUT_MS + 100;

export interface Span {
  /** Milliseconds whose calls are not counted. */
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

/**
 * Plays the traffic against gateways that know nothing of each other, all with this policy. The same seed is the same traffic
 * for every policy, and the same result for the same policy.
 *
 * @throws Error when a call does not settle in time: nothing may hang
 */
export async function play(policy: Policy, traffic: Traffic, span: Span, seed: number): Promise<Tally> {
  const agenda = new Agenda();
  const giveBack = policy.readsRealClock ? borrowTimers(agenda) : () => undefined;
  try {
    return await new Run(agenda, policy, traffic, span, seed).toEnd();
  } finally {
    giveBack();
  }
}

class Run {
  readonly #agenda: Agenda;
  readonly #span: Span;
  readonly #traffic: Traffic;
  readonly #gateways: readonly Gateway[];
  readonly #workers: readonly SimulatedWorker[];
  readonly #arrivals: () => number;
  readonly #latencies: number[] = [];
  #calls = 0;
  #failed = 0;
  #underWay = 0;

  constructor(agenda: Agenda, policy: Policy, traffic: Traffic, span: Span, seed: number) {
    this.#agenda = agenda;
    this.#span = span;
    this.#traffic = traffic;
    this.#arrivals = dice(seed, 'arrivals');
    const fleet = Array.from({ length: traffic.workers }, (_, number) => {
      const troubles = new Troubles(traffic.troubles, number);
      const random = dice(seed, `worker ${number}`);
      const remembers = traffic.keys?.remembered ?? 0;
      return { troubles, worker: new SimulatedWorker({ clock: agenda, random, troubles, remembers }) };
    });
    this.#workers = fleet.map(({ worker }) => worker);
    const signals = traffic.signals ?? false;
    this.#gateways = Array.from({ length: GATEWAYS }, (_, number) =>
      policy.open({ agenda, random: dice(seed, `gateway ${number}`), fleet, signals }),
    );
  }

  async toEnd(): Promise<Tally> {
    const { warmUpMs, measuredMs } = this.#span;
    await null;
    this.#await(this.#nextGap());
    await this.#until(warmUpMs);
    const before = this.#count();
    await this.#until(warmUpMs + measuredMs);
    await this.#until(warmUpMs + measuredMs + SETTLED_AFTER_MS);
    if (this.#underWay > 0) throw new Error(`${this.#underWay} calls did not settle within their timeout`);
    const { attempts, hits } = this.#count();
    for (const gateway of this.#gateways) gateway.close();
    return {
      calls: this.#calls,
      failed: this.#failed,
      attempts: attempts.map((after, number) => after - (before.attempts[number] ?? 0)),
      hits: hits - before.hits,
      latencies: this.#latencies,
    };
  }

  /** Every event, and after each whatever follows from it through promises, before the next. */
  async #until(ms: number): Promise<void> {
    while (this.#agenda.step(ms)) await quiet();
  }

  #count(): { attempts: readonly number[]; hits: number } {
    const attempts = this.#workers.map((worker) => worker.attempts);
    return { attempts, hits: this.#workers.reduce((total, { hits }) => total + hits, 0) };
  }

  /** Drawn as if bursts never ended; outside of them the half of arrivals is left out. */
  #nextGap(): number {
    return gap((this.#traffic.rate / 1_000) * BURST_FACTOR, this.#arrivals);
  }

  #await(ms: number): void {
    this.#agenda.after(ms, () => {
      const now = this.#agenda.monotonic();
      if (now >= this.#span.warmUpMs + this.#span.measuredMs) return;
      this.#await(this.#nextGap());
      const takes = now % BURST_EVERY_MS < BURST_MS || this.#arrivals() < 1 / BURST_FACTOR;
      if (takes) this.#send(now);
    });
  }

  #send(now: number): void {
    const gateway = this.#gateways[Math.floor(this.#arrivals() * GATEWAYS)];
    const { keys } = this.#traffic;
    const key = keys && zipf(keys.count, this.#arrivals);
    const counts = now >= this.#span.warmUpMs;
    if (counts) this.#calls += 1;
    this.#underWay += 1;
    const settled = (ok: boolean): void => {
      this.#underWay -= 1;
      if (!counts) return;
      if (ok) this.#latencies.push(this.#agenda.monotonic() - now);
      else this.#failed += 1;
    };
    gateway?.call(key).then(
      () => settled(true),
      () => settled(false),
    );
  }
}
