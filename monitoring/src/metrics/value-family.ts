import type { Cell } from './cell.ts';
import { Family } from './family.ts';

/** A series as somebody else knows it. */
export interface Row {
  /** One per label, in the family's order. */
  readonly labelValues: readonly string[];
  readonly value: number;
}

/** A family whose series are single numbers, so that they can be read from somewhere else as a whole. */
export abstract class ValueFamily<C extends Cell> extends Family<C> {
  /**
   * Makes these rows all there is: series of no row go away, before new ones look for a place. Rows of the same label
   * values are added up, and so are those that have no place. Throws as `cell` does, and changes nothing then.
   */
  replace(rows: readonly Row[]): void {
    for (const { labelValues } of rows) this.checkValues(labelValues);
    this.keepOnly(rows);
    const sums = new Map<C, number>();
    for (const { labelValues, value } of rows) {
      const cell = this.cell(...labelValues);
      sums.set(cell, (sums.get(cell) ?? 0) + value);
    }
    for (const [cell, sum] of sums) this.put(cell, sum);
  }

  protected abstract put(cell: C, value: number): void;
}
