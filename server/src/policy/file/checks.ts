import { shown } from '../../config/problems.ts';
import { didYouMean, nearest } from '../../config/suggest.ts';
import { isTable } from '../../config/table.ts';

/** Where in the document something stands: names of members and numbers of items, outermost first. */
export type Place = readonly (string | number)[];

/** Notes what is wrong at a place; the sentence continues the name of the place. */
export type Say = (at: Place, says: string) => undefined;

/** Answers the checked value, or undefined after having said what is wrong with it. */
export type Check<T> = (value: unknown, at: Place, say: Say) => T | undefined;

export const flag: Check<boolean> = (value, at, say) =>
  typeof value === 'boolean' ? value : say(at, `is ${shown(value)}; expected true or false`);

export function integer(min: number, max: number): Check<number> {
  return (value, at, say) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    return say(at, `is ${shown(value)}; expected a whole number from ${min} to ${max}`);
  };
}

export function text(fits: (text: string) => boolean, expected: string): Check<string> {
  return (value, at, say) =>
    typeof value === 'string' && fits(value) ? value : say(at, `is ${shown(value)}; expected ${expected}`);
}

export function list<T>(member: Check<T>): Check<readonly T[]> {
  return (value, at, say) => {
    if (!Array.isArray(value)) return say(at, `is ${shown(value)}; expected a list`);
    return value.map((item, index) => member(item, [...at, index], say)).filter((item) => item !== undefined);
  };
}

/** Entries under names of their author's choice. */
export function named<T>(name: Check<string>, entry: Check<T>): Check<ReadonlyMap<string, T>> {
  return (value, at, say) => {
    if (!isTable(value)) return say(at, `is ${shown(value)}; expected a table`);
    const entries = Object.entries(value).map(([key, given]) => {
      const place = [...at, key];
      return [name(key, place, say), entry(given, place, say)] as const;
    });
    return new Map(entries.filter((pair): pair is readonly [string, T & {}] => !pair.includes(undefined)));
  };
}

type Shape = Readonly<Record<string, Check<unknown>>>;

/** What a table of this shape holds; every member may be absent. */
export type Members<S extends Shape> = { readonly [K in keyof S]?: S[K] extends Check<infer T> ? T : never };

/** A table of known members; others are problems, with the name that was probably meant. */
export function members<S extends Shape>(shape: S): Check<Members<S>> {
  const names = Object.keys(shape);
  return (value, at, say) => {
    if (!isTable(value)) return say(at, `is ${shown(value)}; expected a table with ${names.join(', ')}`);
    const checked = Object.entries(value).map(([name, given]): [string, unknown] => {
      const place = [...at, name];
      const check = Object.hasOwn(shape, name) ? shape[name] : undefined;
      const near = didYouMean(nearest(name, names));
      return [name, check === undefined ? say(place, `is not known here${near}`) : check(given, place, say)];
    });
    return Object.fromEntries(checked.filter(([, member]) => member !== undefined)) as Members<S>;
  };
}
