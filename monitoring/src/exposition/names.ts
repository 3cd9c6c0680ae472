import type { ExposedType } from './family.ts';

const SUFFIXES: Readonly<Record<ExposedType, readonly string[]>> = {
  counter: [],
  gauge: [],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['_sum', '_count'],
};

/** The names that series of one page have, and which family has each. Two families with one name make a page that no reader takes. */
export class TakenNames {
  readonly #families = new Map<string, string>();

  /** Takes every name the family's series have; throws, and takes none, when one is taken. */
  take(family: { readonly name: string; readonly type: ExposedType }): void {
    const names = [family.name, ...SUFFIXES[family.type].map((suffix) => family.name + suffix)];
    for (const name of names) {
      const owner = this.#families.get(name);
      if (owner === undefined) continue;
      throw new TypeError(
        `Cannot expose the ${family.type} "${family.name}": "${name}" belongs to the metric "${owner}" already; rename one of them`,
      );
    }
    for (const name of names) this.#families.set(name, family.name);
  }
}

/** The unit, where the name ends with it: readers refuse a whole page for a unit that the name does not say. */
export function statedUnit(name: string, unit: string | undefined): string | undefined {
  return unit && name.endsWith(`_${unit}`) ? unit : undefined;
}
