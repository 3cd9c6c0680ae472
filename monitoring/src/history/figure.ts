import { type LabelFilter, seriesFilter } from '../alerts/label-filter.ts';
import { FAULTS } from '../catalogue/faults.ts';
import { resolveMetric } from '../catalogue/resolve.ts';
import { bucketQuantile } from '../metrics/quantile.ts';
import type { FamilyReading } from '../metrics/reading.ts';

/** Families by their Prometheus name; undefined for one that is not there (yet). */
export type FamilySource = (family: string) => FamilyReading | undefined;

/** One number that is looked at again and again. */
export interface Figure {
  /** What it was since the last look, `seconds` ago; of a gauge what it is. NaN where nothing can be said. */
  look(seconds: number): number;
}

/** @throws RangeError for a name that means no number */
export function figureOf(name: string, source: FamilySource): Figure {
  const found = resolveMetric(name);
  if (found === undefined) throw new RangeError(`Cannot follow the figure "${name}": there is no such metric`);
  const { name: family, type, view, scale } = found;
  if (view === 'success_rate')
    return new Share(new Growth(family, source), new Growth(FAULTS.family, source, FAULTS.where));
  if (view === 'rate' || type === 'counter') return new Rate(new Growth(family, source), scale);
  if (type === 'gauge') return { look: () => sumOf(source(family)) * scale };
  return new Quantile(family, view === 'value' ? 0.5 : Number(view.slice(1)) / 100, scale, source);
}

/** By how much the sum of a counter grew since the last look. What was there before the first look counts for nothing. */
class Growth {
  readonly #family: string;
  readonly #source: FamilySource;
  readonly #where: LabelFilter;
  #before = Number.NaN;

  constructor(family: string, source: FamilySource, where: LabelFilter = {}) {
    this.#family = family;
    this.#source = source;
    this.#where = where;
  }

  look(): number {
    const now = sumOf(this.#source(this.#family), this.#where);
    const before = this.#before;
    this.#before = now;
    return now < before ? now : now - before;
  }
}

class Rate implements Figure {
  readonly #growth: Growth;
  readonly #scale: number;

  constructor(growth: Growth, scale: number) {
    this.#growth = growth;
    this.#scale = scale;
  }

  look(seconds: number): number {
    return (this.#growth.look() / seconds) * this.#scale;
  }
}

class Share implements Figure {
  readonly #part: Growth;
  readonly #others: Growth;

  constructor(part: Growth, others: Growth) {
    this.#part = part;
    this.#others = others;
  }

  look(): number {
    const part = this.#part.look();
    const others = this.#others.look();
    // A family that is not there yet has grown by nothing.
    const whole = part + (Number.isNaN(others) ? 0 : others);
    return whole > 0 ? part / whole : Number.NaN;
  }
}

/** Of what was observed since the last look, over all series. */
class Quantile implements Figure {
  readonly #family: string;
  readonly #share: number;
  readonly #scale: number;
  readonly #source: FamilySource;
  #before: Float64Array | undefined;

  constructor(family: string, share: number, scale: number, source: FamilySource) {
    this.#family = family;
    this.#share = share;
    this.#scale = scale;
    this.#source = source;
  }

  look(): number {
    let bounds: readonly number[] = [];
    let now: Float64Array | undefined;
    for (const { histogram } of this.#source(this.#family)?.series() ?? []) {
      if (histogram === undefined) continue;
      bounds = histogram.bounds;
      now ??= new Float64Array(histogram.counts.length);
      for (const [nth, count] of histogram.counts.entries()) now[nth] = (now[nth] ?? 0) + count;
    }
    const before = this.#before;
    this.#before = now ?? new Float64Array(0);
    if (now === undefined || before === undefined) return Number.NaN;
    const grown = now.map((count, nth) => Math.max(0, count - (before[nth] ?? 0)));
    return (bucketQuantile(this.#share, bounds, grown) ?? Number.NaN) * this.#scale;
  }
}

function sumOf(family: FamilyReading | undefined, where: LabelFilter = {}): number {
  if (family === undefined) return Number.NaN;
  const isMeant = seriesFilter(where, family.labels);
  let sum = 0;
  for (const { value, labelValues } of family.series()) if (isMeant(labelValues)) sum += value;
  return sum;
}
