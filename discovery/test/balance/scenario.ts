import { Strategies } from '../../src/balance/strategies.ts';
import type { Candidate, Strategy } from '../../src/balance/strategy.ts';
import type { Clock, Random } from '../../src/clock.ts';
import type { Outcome } from '../../src/outcome.ts';
import { seeded, worker } from './fleet.ts';

/** `slow`: five times as long. `flaky`: fails this part of its calls. `crash`, `fail-fast`: fails at once. `hang`: never answers. */
export type Trouble = 'slow' | 'crash' | 'hang' | 'fail-fast' | { readonly flaky: number };

export interface Scenario {
  readonly seed: number;
  readonly workers: number;
  /** In calls a second, doubled for two seconds of every twenty. */
  readonly rate: number;
  readonly seconds: number;
  /** What is wrong with a worker at a time, in seconds. */
  readonly trouble?: ((worker: number, second: number) => Trouble | undefined) | undefined;
  /** Calls have keys, few of them often; a worker answers five times as fast for the keys it had last. */
  readonly keys?: { readonly count: number; readonly remembered: number };
}

export interface Played {
  readonly calls: number;
  /** In percent of calls. */
  readonly errors: number;
  /** Of successes, in milliseconds. */
  readonly p99: number;
  readonly perWorker: readonly number[];
  /** Calls whose worker remembered the key, in percent. */
  readonly hits: number;
}

const GATEWAYS = 3;
const SLOTS = 4;
const MEAN_MS = 100;
const TIMEOUT_MS = 5_000;

interface Call {
  readonly key: string | undefined;
  readonly settle: (outcome: Outcome) => void;
  settled: boolean;
}

/** Time in whole milliseconds: what is due at each. */
class Agenda implements Clock {
  now = 0;
  readonly #due = new Map<number, (() => void)[]>();

  monotonic(): number {
    return this.now;
  }

  after(ms: number, callback: () => void): () => void {
    const at = this.now + Math.max(1, Math.round(ms));
    const others = this.#due.get(at);
    if (others === undefined) this.#due.set(at, [callback]);
    else others.push(callback);
    return () => {};
  }

  tick(): void {
    this.now += 1;
    for (const callback of this.#due.get(this.now) ?? []) callback();
    this.#due.delete(this.now);
  }
}

/** A worker with slots and a queue in front of them. */
class Server {
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #trouble: () => Trouble | undefined;
  readonly #queue: Call[] = [];
  readonly #remembered: number;
  readonly #keys = new Set<string>();
  #busy = 0;
  hits = 0;

  constructor(agenda: Agenda, random: Random, remembered: number, trouble: () => Trouble | undefined) {
    this.#agenda = agenda;
    this.#random = random;
    this.#remembered = remembered;
    this.#trouble = trouble;
  }

  take(call: Call): void {
    const trouble = this.#trouble();
    if (trouble === 'hang') return;
    if (trouble === 'crash' || trouble === 'fail-fast') {
      this.#agenda.after(trouble === 'crash' ? 1 : 3, () => call.settle('hard'));
      return;
    }
    this.#queue.push(call);
    this.#serve();
  }

  #serve(): void {
    while (this.#busy < SLOTS) {
      const call = this.#queue.shift();
      if (call === undefined) return;
      if (call.settled) continue;
      const trouble = this.#trouble();
      this.#busy += 1;
      const fails = typeof trouble === 'object' && this.#random() < trouble.flaky;
      const speed = (trouble === 'slow' ? 0.2 : 1) * (this.#knows(call.key) ? 5 : 1);
      this.#agenda.after(this.#serviceMs() / speed, () => {
        this.#busy -= 1;
        call.settle(fails ? 'hard' : 'ok');
        this.#serve();
      });
    }
  }

  /** The least recently used key is forgotten. */
  #knows(key: string | undefined): boolean {
    if (key === undefined) return false;
    const known = this.#keys.delete(key);
    if (known) this.hits += 1;
    this.#keys.add(key);
    const [oldest] = this.#keys;
    if (this.#keys.size > this.#remembered && oldest !== undefined) this.#keys.delete(oldest);
    return known;
  }

  /** Log-normal with a coefficient of variation of 1: most are short, some take very long. */
  #serviceMs(): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
    return (MEAN_MS / Math.SQRT2) * Math.exp(normal * Math.sqrt(Math.LN2));
  }
}

/** Plays calls against three gateways that know nothing of each other, each with a strategy of this name. */
export function play(name: string, scenario: Scenario): Played {
  const { seed, workers, rate, seconds, trouble, keys } = scenario;
  const agenda = new Agenda();
  const random = seeded(seed);
  const strategies = new Strategies({ clock: agenda, random });
  const numbers = Array.from({ length: workers }, (_, number) => number);
  const servers = numbers.map((number) => {
    return new Server(agenda, random, keys?.remembered ?? 0, () => trouble?.(number, agenda.now / 1_000));
  });
  const gateways = Array.from({ length: GATEWAYS }, () => {
    const candidates = numbers.map((number) => worker(`worker-${number}`, { slots: SLOTS }));
    const strategy = strategies.open(name);
    strategy.adopt(candidates);
    return { strategy, candidates };
  });
  const latencies: number[] = [];
  const perWorker = numbers.map(() => 0);
  let calls = 0;

  const send = ({ strategy, candidates }: { strategy: Strategy; candidates: Candidate[] }) => {
    // Zipf's law, nearly: the logarithm of a key's rank is uniform.
    const key = keys && `voice-${Math.floor(keys.count ** random())}`;
    const candidate = strategy.pick({ affinity: key });
    if (candidate === undefined) return;
    const number = candidates.indexOf(candidate);
    const began = agenda.now;
    calls += 1;
    perWorker[number] = (perWorker[number] ?? 0) + 1;
    candidate.inFlight += 1;
    strategy.started(candidate);
    const call: Call = {
      key,
      settled: false,
      settle: (outcome) => {
        if (call.settled) return;
        call.settled = true;
        candidate.inFlight -= 1;
        strategy.ended(candidate, outcome, agenda.now - began);
        if (outcome === 'ok') latencies.push(agenda.now - began);
      },
    };
    agenda.after(TIMEOUT_MS, () => call.settle('hard'));
    servers[number]?.take(call);
  };

  while (agenda.now < seconds * 1_000) {
    const perMs = (rate / 1_000) * (agenda.now % 20_000 < 2_000 ? 2 : 1);
    for (const gateway of gateways) if (random() < perMs / GATEWAYS) send(gateway);
    agenda.tick();
  }
  // What is still under way settles within its timeout.
  for (let rest = 0; rest <= TIMEOUT_MS; rest++) agenda.tick();
  latencies.sort((a, b) => a - b);
  return {
    calls,
    errors: (100 * (calls - latencies.length)) / calls,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
    perWorker,
    hits: (100 * servers.reduce((sum, { hits }) => sum + hits, 0)) / calls,
  };
}
