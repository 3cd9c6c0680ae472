import type { Clock, Random } from '../clock.ts';
import type { Outcome } from '../outcome.ts';
import { FleetRecord } from './fleet-record.ts';
import { Roster } from './roster.ts';
import type { Candidate, PickHint, Strategy, StrategyContext, Warmth } from './strategy.ts';
import { TrackRecord } from './track-record.ts';
import { loadOf, overlooks } from './warmth.ts';
import { WeightedDraw } from './weighted-draw.ts';

/** Up to so many are all looked at; of more, a few drawn by weight. */
const SMALL_FLEET = 10;
const SAMPLES = 3;
/** Who is not a tenth cheaper is equal: means of so few calls scatter by more than that. */
const CLEARLY = 0.9;
/** So much dearer than the cheapest is not worth any wait: it may be chance, and is less than calls scatter. */
const HARDLY_DEARER = 1.5;

/**
 * The cheapest, where a call costs the worker's mean latency × (calls in flight ÷ weight + 1) ÷ success rate². The mean
 * rather than the peak, because generation times scatter so widely that a peak says little; the square, because a call
 * that fails has cost its time and is sent again. Whatever is known of a worker fades in ten seconds (or five usual calls,
 * if they are longer), so that one that failed is tried again, one call at a time.
 */
export class Adaptive implements Strategy {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #warmth: Warmth;
  readonly #roster = new Roster<TrackRecord>((candidate) => new TrackRecord(candidate));
  readonly #numbers: WeightedDraw;
  readonly #fleet = new FleetRecord();

  constructor({ clock, random, warmth }: StrategyContext) {
    this.#clock = clock;
    this.#random = random;
    this.#warmth = warmth;
    this.#numbers = new WeightedDraw(random);
  }

  adopt(available: readonly Candidate[]): void {
    this.#roster.adopt(available);
    this.#numbers.fill(this.#roster.members.map(({ candidate }) => candidate));
  }

  pick({ not }: PickHint): Candidate | undefined {
    const { members } = this.#roster;
    const count = members.length;
    if (count < 2) return members[0]?.candidate;
    const now = this.#clock.monotonic();
    const small = count <= SMALL_FLEET;
    // Of equals the first seen is taken, and who that is goes by weight.
    let at = this.#numbers.draw();
    let best: Candidate | undefined;
    let least = Number.POSITIVE_INFINITY;
    let cold: Candidate | undefined;
    for (let looks = small ? count : SAMPLES; looks > 0; looks--) {
      const record = members[at];
      at = small ? (at + 1) % count : this.#numbers.drawOther(at);
      if (record === undefined || record.candidate === not) continue;
      const { candidate } = record;
      cold = candidate;
      if (overlooks(this.#warmth, candidate, this.#random)) continue;
      const cost = this.#cost(record, now);
      if (cost >= least * CLEARLY) continue;
      least = cost;
      best = candidate;
    }
    return best ?? cold;
  }

  /**
   * Prices without loads: whoever waits finds everybody full, and a large worker is not dearer for what it has. The wait counts,
   * because to spare a dear worker costs its slots: where all of a burst comes through one gateway they are missed.
   */
  welcomes(candidate: Candidate, waitMs: number): boolean {
    const { members } = this.#roster;
    const count = members.length;
    const record = this.#roster.of(candidate);
    if (record === undefined || count < 2) return true;
    const now = this.#clock.monotonic();
    const small = count <= SMALL_FLEET;
    let at = this.#numbers.draw();
    let least = Number.POSITIVE_INFINITY;
    for (let looks = small ? count : SAMPLES; looks > 0; looks--) {
      const other = members[at];
      at = small ? (at + 1) % count : this.#numbers.drawOther(at);
      if (other !== undefined) least = Math.min(least, other.price(now, this.#fleet));
    }
    return record.price(now, this.#fleet) <= least * HARDLY_DEARER + waitMs;
  }

  started(): void {}

  ended(candidate: Candidate, outcome: Outcome, elapsedMs: number): void {
    const record = this.#roster.of(candidate);
    if (record === undefined) return;
    const elapsed = elapsedMs > 0 && elapsedMs < Number.POSITIVE_INFINITY ? elapsedMs : 0;
    this.#fleet.learn(outcome, record.learn(outcome, elapsed, this.#clock.monotonic(), this.#fleet));
  }

  explain(candidate: Candidate): Readonly<Record<string, number>> {
    const record = this.#roster.of(candidate);
    if (record === undefined) return {};
    const cost = this.#cost(record, this.#clock.monotonic());
    return { ...record.view(this.#fleet), cost };
  }

  #cost(record: TrackRecord, now: number): number {
    return record.price(now, this.#fleet) * (loadOf(record.candidate, this.#warmth) + 1);
  }
}
