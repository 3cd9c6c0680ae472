import type { CellContext } from './cell.ts';
import type { FamilyDefinition } from './definition.ts';
import { Family, type FamilyContext } from './family.ts';
import { HistogramCell, HistogramLayout } from './histogram-cell.ts';

export interface HistogramDefinition extends FamilyDefinition {
  /** Upper bounds of the buckets, ascending, without the infinite one; at most 100. */
  readonly bounds: readonly number[];
  /** Exponential buckets beside them, for Prometheus' native histograms. */
  readonly native?: boolean | undefined;
  /** Called before each reading. */
  collect?(family: HistogramFamily): void;
}

const MOST_BOUNDS = 100;

export class HistogramFamily extends Family<HistogramCell> {
  readonly #definition: HistogramDefinition;
  readonly #layout: HistogramLayout;

  constructor(definition: HistogramDefinition, context: FamilyContext) {
    super('histogram', definition, context);
    checkBounds(definition);
    this.#definition = definition;
    this.#layout = new HistogramLayout(definition.bounds, definition.native ?? false);
  }

  protected override collect(): void {
    this.#definition.collect?.(this);
  }

  protected override make(context: CellContext, labelValues: readonly string[], text: string): HistogramCell {
    return new HistogramCell(context, this.#layout, labelValues, text);
  }
}

function checkBounds({ name, bounds }: HistogramDefinition): void {
  const refuse = (why: string): never => {
    throw new RangeError(`Cannot define the histogram "${name}": ${why}`);
  };
  if (!Array.isArray(bounds) || bounds.length === 0 || bounds.length > MOST_BOUNDS) {
    refuse(`its bounds are no list of 1 to ${MOST_BOUNDS} numbers`);
  }
  for (const [at, bound] of bounds.entries()) {
    if (!Number.isFinite(bound))
      refuse(`its bound ${bound} is not finite; leave the infinite one out, it is always there`);
    if (at > 0 && bound <= (bounds[at - 1] ?? bound))
      refuse(`its bound ${bound} is not above the one before; sort them`);
  }
}
