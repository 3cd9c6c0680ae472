import type { Clock } from '../clock.ts';
import { Roster } from './roster.ts';
import type { Candidate, Warmth } from './strategy.ts';

const FIRST_SHARE = 0.1;

interface Arrival {
  readonly candidate: Candidate;
  adoption: number;
  /** When it came, by the monotonic clock. */
  since: number;
}

/**
 * Whoever comes, or comes back, gets a tenth of its share at first and all of it `rampMs` later (Envoy's slow start, with
 * a straight ramp). What counts is how warm it is beside the one that has been there longest: after a restart of the
 * gateway all workers come within a second, and the first of them shall not carry the others' load for the next ten.
 */
export class SlowStart implements Warmth {
  readonly #clock: Clock;
  readonly #rampMs: number;
  readonly #roster = new Roster<Arrival>((candidate) => ({ candidate, adoption: 0, since: 0 }));
  /** When the longest there came. */
  #eldest = 0;
  /** When the youngest is warm: after that nobody has to be looked up. */
  #allWarmAt = Number.NEGATIVE_INFINITY;

  /** `rampMs`: 0 for no ramp. */
  constructor(clock: Clock, rampMs: number) {
    this.#clock = clock;
    this.#rampMs = rampMs;
  }

  adopt(available: readonly Candidate[]): void {
    const now = this.#clock.monotonic();
    this.#roster.adopt(available, (arrival) => {
      arrival.since = now;
      this.#allWarmAt = now + this.#rampMs;
    });
    this.#eldest = now;
    for (const { since } of this.#roster.members) if (since < this.#eldest) this.#eldest = since;
  }

  of(candidate: Candidate): number {
    if (this.#allWarmAt === Number.NEGATIVE_INFINITY) return 1;
    const now = this.#clock.monotonic();
    if (now >= this.#allWarmAt) {
      this.#allWarmAt = Number.NEGATIVE_INFINITY;
      return 1;
    }
    const since = this.#roster.of(candidate)?.since ?? this.#eldest;
    return this.#share(now - since) / this.#share(now - this.#eldest);
  }

  #share(ageMs: number): number {
    return ageMs >= this.#rampMs ? 1 : FIRST_SHARE + (1 - FIRST_SHARE) * (ageMs / this.#rampMs);
  }
}
