import { isJsonObject } from '@callsheet/protocol';

/** Says what was expected of a value it refuses, or nothing when the value is fine. */
export type OptionRule = (value: unknown) => string | undefined;

/** A rule for every option there is; anything else is refused. */
export type OptionRules<T> = { readonly [K in keyof Required<T>]: OptionRule };

/** Longest wait a platform timer can hold (32-bit milliseconds: 24.8 days). */
const MAX_TIMER_MS = 2_147_483_647;

/** A rule for one kind of value. Of a secret it never quotes the value: an error sentence ends up in logs. */
export function rule(expected: string, fits: (value: unknown) => unknown, isSecret = false): OptionRule {
  return (value) => (fits(value) ? undefined : `expected ${expected}${isSecret ? '' : `, got ${quote(value)}`}`);
}

/** Checks options at the door. `doing` finishes «Cannot …», e.g. `create a client`. Throws TypeError. */
export function checkOptions<T extends object>(
  doing: string,
  options: T,
  rules: OptionRules<T>,
  ...required: (keyof T & string)[]
): void {
  const wrong = objectOf(rules, ...required)(options);
  if (wrong) throw new TypeError(`Cannot ${doing}: ${wrong}`);
}

/** An object whose members follow `rules`; `undefined` members count as absent, and those of `required` must be there. */
export function objectOf<T>(rules: OptionRules<T>, ...required: (keyof T & string)[]): OptionRule;
export function objectOf(table: Readonly<Record<string, OptionRule>>, ...required: string[]): OptionRule {
  return (value) => {
    if (!isJsonObject(value)) return object(value);
    for (const name of [...Object.keys(value), ...required]) {
      if (!Object.hasOwn(table, name)) {
        return `there is no option "${name}"; the options are ${Object.keys(table).join(', ')}`;
      }
      const isGiven = value[name] !== undefined || required.includes(name);
      const wrong = isGiven && table[name]?.(value[name]);
      if (wrong) return `option "${name}": ${wrong}`;
    }
    return undefined;
  };
}

/** Any object that is no list. */
export const object = /* @__PURE__ */ rule('an object', isJsonObject);
export const text = /* @__PURE__ */ rule('a text that is not empty', (value) => typeof value === 'string' && value);
export const flag = /* @__PURE__ */ rule('true or false', (value) => typeof value === 'boolean');
export const callback = /* @__PURE__ */ rule('a function', (value) => typeof value === 'function');
export const abortSignal = /* @__PURE__ */ rule(
  'an AbortSignal',
  (value) => typeof (value as AbortSignal)?.aborted === 'boolean' && !callback((value as AbortSignal).addEventListener),
);

/** A list of at most `most` texts. */
export function texts(most: number): OptionRule {
  return rule(
    `a list of at most ${most} texts, none of them empty`,
    (value) => Array.isArray(value) && value.length <= most && !value.some(text),
  );
}

/** One of a few words. */
export function oneOf(...words: readonly string[]): OptionRule {
  return rule(`one of ${words.join(', ')}`, (value) => words.includes(value as string));
}

/** A wait in milliseconds, from `least` to `most`. */
export function milliseconds(least: number, most: number = MAX_TIMER_MS): OptionRule {
  return rule(
    `${least} to ${most} milliseconds`,
    (value) => typeof value === 'number' && value >= least && value <= most,
  );
}

/** A count from `least` up; Infinity is one. */
export function count(least: number): OptionRule {
  return rule(
    `a whole number from ${least} or Infinity`,
    (value) => typeof value === 'number' && Math.floor(value) === value && value >= least,
  );
}

/** `false`, which turns the feature off, or what `allowed` allows. */
export function offOr(allowed: OptionRule): OptionRule {
  return (value) => (value === false ? undefined : allowed(value));
}

function quote(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (Array.isArray(value)) return 'a list';
  // A function is one as well: its text would be its whole source.
  return Object(value) === value ? 'an object' : String(value);
}
