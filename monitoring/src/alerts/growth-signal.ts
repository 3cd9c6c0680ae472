import type { SeriesReading } from '../metrics/reading.ts';
import { SampleRing } from '../metrics/sample-ring.ts';
import { type KnownSeries, Signal, type SignalGroup, type SignalSource } from './signal.ts';

export interface GrowthGroup extends SignalGroup {
  /** What all its series ever grew by: one number of a counter, one for each bucket of a histogram. */
  readonly totals: Float64Array;
  /** The same at earlier looks. */
  readonly looks: SampleRing;
}

export interface GrowthOptions {
  /** Numbers of a series: 1 of a counter, one more than it has bounds of a histogram. */
  readonly width: number;
  /** Over how long, in milliseconds. */
  readonly overMs: number;
  /** From one look to the next, as planned. A look that comes up to half of it late or early is still the one meant. */
  readonly everyMs: number;
}

/** Looks that are kept at most: a longer time moves on in steps of a 512th of itself. */
const MOST_LOOKS = 512;

/**
 * How much counters and histograms grew over the last `overMs`. Exact: what a series has at the end minus what it had at
 * the beginning, and one that shrank began at 0 again, as in Prometheus. Other than Prometheus, which cannot know it, a
 * series that appears between two looks counts with all it has, because in this process it began at 0.
 */
export class GrowthSignal extends Signal<GrowthGroup> {
  readonly #options: GrowthOptions;
  readonly #growth: Float64Array;

  constructor(source: SignalSource, options: GrowthOptions) {
    super(source);
    this.#options = options;
    this.#growth = new Float64Array(options.width);
  }

  /** Of each number; undefined while fewer than two looks are known. The same array each time. */
  growth({ totals, looks, seenAt }: GrowthGroup): Float64Array | undefined {
    const { overMs, everyMs } = this.#options;
    const from = this.at - overMs;
    const base = looks.before(from + everyMs / 2);
    if (base === undefined || base.at >= seenAt) return undefined;
    for (let column = 0; column < totals.length; column += 1) {
      this.#growth[column] = (totals[column] ?? 0) - (base.row[column] ?? 0);
    }
    return this.#growth;
  }

  protected get keep(): number {
    return this.#options.overMs;
  }

  protected makeGroup(labels: readonly string[]): GrowthGroup {
    const { width, overMs, everyMs } = this.#options;
    const areFew = overMs / everyMs <= MOST_LOOKS;
    // One more at either end: the look just before the time begins, and the one that is being made.
    const slots = Math.ceil(Math.min(overMs / everyMs, MOST_LOOKS)) + 2;
    // Where there is room for all, no two looks fall into one step.
    const looks = new SampleRing({ stepMs: areFew ? everyMs / 4 : overMs / MOST_LOOKS, slots }, width);
    return { labels, seenAt: Number.NaN, totals: new Float64Array(width), looks };
  }

  protected add({ totals, looks }: GrowthGroup, { value, histogram }: SeriesReading, known: KnownSeries): void {
    // Not a number: as if it were not there, until it is one again.
    if (Number.isNaN(value)) return;
    const now = histogram?.counts ?? [value];
    const { last } = known;
    if (last === undefined) {
      this.#checkWidth(now);
      known.last = Float64Array.from(now);
      if (Number.isNaN(this.before) || value === 0) return;
      if (looks.before(this.at) === undefined) looks.offer(this.before, totals);
    }
    const isReset = last !== undefined && hasShrunk(now, last);
    for (let column = 0; column < totals.length; column += 1) {
      const count = now[column] ?? 0;
      totals[column] = (totals[column] ?? 0) + count - (isReset ? 0 : (last?.[column] ?? 0));
      if (last !== undefined) last[column] = count;
    }
  }

  protected settle({ looks, totals }: GrowthGroup): void {
    looks.offer(this.at, totals);
  }

  #checkWidth({ length }: ArrayLike<number>): void {
    const { width } = this.#options;
    if (length === width) return;
    throw new RangeError(`${this.source.family} has ${length} numbers in a series, and ${width} were expected`);
  }
}

function hasShrunk(now: ArrayLike<number>, last: Float64Array): boolean {
  for (let column = 0; column < last.length; column += 1) {
    if ((now[column] ?? 0) < (last[column] ?? 0)) return true;
  }
  return false;
}
