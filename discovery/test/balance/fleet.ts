import { FakeClock } from '../../../server/test/fake-clock.ts';
import { SlowStart } from '../../src/balance/slow-start.ts';
import type { Candidate, PickHint, Strategy, StrategyContext } from '../../src/balance/strategy.ts';
import type { Clock, Random } from '../../src/clock.ts';
import type { Outcome } from '../../src/outcome.ts';

/** The same numbers for the same seed (Mulberry32). */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Bench {
  readonly clock: FakeClock;
  readonly slowStart: SlowStart;
  readonly context: StrategyContext;
}

/** A context without a ramp, unless one is wanted. */
export function bench(seed = 1, rampMs = 0): Bench {
  const clock = new FakeClock();
  const slowStart = new SlowStart(clock, rampMs);
  return { clock, slowStart, context: { clock: clock satisfies Clock, random: seeded(seed), warmth: slowStart } };
}

export function worker(id: string, facts: Partial<Omit<Candidate, 'id'>> = {}): Candidate {
  return { id, weight: 1, slots: 4, zone: undefined, inFlight: 0, ...facts };
}

/** Named a, b, c …, or w26 and so on. */
export function workers(count: number, facts: Partial<Omit<Candidate, 'id'>> = {}): Candidate[] {
  return Array.from({ length: count }, (_, i) => worker(i < 26 ? String.fromCharCode(97 + i) : `w${i}`, facts));
}

/** Picks, and counts the call in: undefined when there is nobody. */
export function begin(strategy: Strategy, hint: PickHint = {}): Candidate | undefined {
  const candidate = strategy.pick(hint);
  if (candidate === undefined) return undefined;
  candidate.inFlight += 1;
  strategy.started(candidate);
  return candidate;
}

export function end(strategy: Strategy, candidate: Candidate, outcome: Outcome = 'ok', elapsedMs = 100): void {
  candidate.inFlight -= 1;
  strategy.ended(candidate, outcome, elapsedMs);
}

/** One call after the other, none at the same time: how many each worker got. */
export function oneByOne(
  strategy: Strategy,
  calls: number,
  play: (candidate: Candidate) => { readonly outcome?: Outcome; readonly ms?: number } = () => ({}),
  hint: PickHint = {},
): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i < calls; i++) {
    const candidate = begin(strategy, hint);
    if (candidate === undefined) continue;
    const { outcome = 'ok', ms = 100 } = play(candidate);
    end(strategy, candidate, outcome, ms);
    counts.set(candidate.id, (counts.get(candidate.id) ?? 0) + 1);
  }
  return counts;
}
