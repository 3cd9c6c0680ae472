import type { SeriesReading } from '../metrics/reading.ts';
import { History } from './history.ts';
import { type KnownSeries, Signal, type SignalGroup, type SignalSource } from './signal.ts';

export interface GrowthGroup extends SignalGroup {
  /** What all its series ever grew by: one number of a counter, one for each bucket of a histogram. */
  readonly totals: Float64Array;
  readonly history: History;
}

export interface GrowthOptions {
  /** Numbers of a series: 1 of a counter, one more than it has bounds of a histogram. */
  readonly width: number;
  /** How long back growth can be asked for, in milliseconds. */
  readonly keep: number;
  /** Distance of the moments that are kept; 0 for every look. */
  readonly spacing: number;
  /** Distance of looks, as planned: a look that comes up to half of it early is still the one that is meant. */
  readonly everyMs: number;
}

/**
 * How much counters and histograms grew over times. Exact: what a series has at its end minus what it had at its beginning,
 * and a series that shrank began at 0 again, as in Prometheus. Other than Prometheus, which cannot know it, a series that
 * appears between two looks counts with all it has, because in this process it began at 0.
 */
export class GrowthSignal extends Signal<GrowthGroup> {
  readonly #options: GrowthOptions;
  readonly #growth: Float64Array;
  #keep: number;

  constructor(source: SignalSource, options: GrowthOptions) {
    super(source);
    this.#options = options;
    this.#keep = options.keep;
    this.#growth = new Float64Array(options.width);
  }

  /** Another rule wants to look further back. */
  keepFor(ms: number): void {
    this.#keep = Math.max(this.#keep, ms);
  }

  /** Over the last `ms`, of each number; undefined while fewer than two looks are known. The same array each time. */
  growth({ history }: GrowthGroup, ms: number): Float64Array | undefined {
    return history.growth(this.#firstOf(ms), this.#growth) ? this.#growth : undefined;
  }

  protected get keep(): number {
    return this.#keep;
  }

  protected makeGroup(labels: readonly string[]): GrowthGroup {
    const { width, spacing } = this.#options;
    return { labels, seenAt: Number.NaN, totals: new Float64Array(width), history: new History(width, spacing) };
  }

  protected add(group: GrowthGroup, { value, histogram }: SeriesReading, known: KnownSeries<GrowthGroup>): void {
    // Not a number: as if it were not there, until it is one again.
    if (Number.isNaN(value)) return;
    const now = histogram?.counts;
    const { totals } = group;
    const { last } = known;
    if (last === undefined) {
      if (now !== undefined && now.length !== totals.length) {
        throw new RangeError(`${this.source.family} has ${now.length} buckets, and ${totals.length} were expected`);
      }
      known.last = now === undefined ? Float64Array.of(value) : now.slice();
      if (!Number.isNaN(this.before)) this.#welcome(group, known.last, value);
      return;
    }
    if (now === undefined) {
      const was = last[0] ?? 0;
      totals[0] = (totals[0] ?? 0) + (value < was ? value : value - was);
      last[0] = value;
      return;
    }
    const isReset = now.some((count, bucket) => count < (last[bucket] ?? 0));
    for (let bucket = 0; bucket < totals.length; bucket += 1) {
      const count = now[bucket] ?? 0;
      totals[bucket] = (totals[bucket] ?? 0) + count - (isReset ? 0 : (last[bucket] ?? 0));
      last[bucket] = count;
    }
  }

  protected settle({ history, totals }: GrowthGroup): void {
    history.add(this.at, totals);
    history.forget(this.#firstOf(this.#keep));
  }

  /** A series that was not there at the look before: it began at 0 since. */
  #welcome({ history, totals }: GrowthGroup, counts: Float64Array, value: number): void {
    if (value === 0) return;
    if (history.isEmpty) history.add(this.before, totals);
    for (const [column, count] of counts.entries()) totals[column] = (totals[column] ?? 0) + count;
  }

  #firstOf(ms: number): number {
    return this.at - ms - this.#options.everyMs / 2;
  }
}
