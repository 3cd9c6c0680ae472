/** Says what was expected of a value it refuses, or nothing when the value is fine. */
export type OptionRule = (value: unknown) => string | undefined;

/** A rule for every option there is; anything else is refused. */
export type OptionRules<T> = { readonly [K in keyof Required<T>]: OptionRule };

/** Longest wait a platform timer can hold (32-bit milliseconds: 24.8 days). */
const MAX_TIMER_MS = 2_147_483_647;

/** Checks options at the door. `doing` finishes «Cannot …», e.g. `create a client`. Throws TypeError. */
export function checkOptions<T extends object>(doing: string, options: T, rules: OptionRules<T>): void {
  const wrong = objectOf(rules)(options);
  if (wrong !== undefined) throw new TypeError(`Cannot ${doing}: ${wrong}`);
}

/** An object whose members follow `rules`; `undefined` members count as absent. */
export function objectOf<T>(rules: OptionRules<T>): OptionRule {
  const table: Readonly<Record<string, OptionRule>> = rules;
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return `expected an object, ${got(value)}`;
    for (const [name, member] of Object.entries(value)) {
      if (!Object.hasOwn(table, name)) {
        return `there is no option "${name}"; the options are ${Object.keys(table).join(', ')}`;
      }
      const wrong = member === undefined ? undefined : table[name]?.(member);
      if (wrong !== undefined) return `option "${name}": ${wrong}`;
    }
    return undefined;
  };
}

export const text: OptionRule = (value) =>
  typeof value === 'string' && value !== '' ? undefined : `expected a text that is not empty, ${got(value)}`;

/** A list of at most `most` texts. */
export function texts(most: number): OptionRule {
  return (value) => {
    if (!Array.isArray(value) || value.length > most) return `expected a list of at most ${most} texts, ${got(value)}`;
    const wrong = value.findIndex((member) => text(member) !== undefined);
    return wrong < 0 ? undefined : `at ${wrong}: ${text(value[wrong])}`;
  };
}

export const flag: OptionRule = (value) =>
  typeof value === 'boolean' ? undefined : `expected true or false, ${got(value)}`;

export const callback: OptionRule = (value) =>
  typeof value === 'function' ? undefined : `expected a function, ${got(value)}`;

export const abortSignal: OptionRule = (value) =>
  typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value
    ? undefined
    : `expected an AbortSignal, ${got(value)}`;

/** A wait in milliseconds, from `least` to `most`. */
export function milliseconds(least: number, most: number = MAX_TIMER_MS): OptionRule {
  return (value) =>
    typeof value === 'number' && value >= least && value <= most
      ? undefined
      : `expected ${least} to ${most} milliseconds, ${got(value)}`;
}

/** A count from `least` up; Infinity is one. */
export function count(least: number): OptionRule {
  return (value) =>
    typeof value === 'number' && (Number.isInteger(value) || value === Infinity) && value >= least
      ? undefined
      : `expected a whole number from ${least} or Infinity, ${got(value)}`;
}

/** `false`, which turns the feature off, or what `rule` allows. */
export function offOr(rule: OptionRule): OptionRule {
  return (value) => (value === false ? undefined : rule(value));
}

function got(value: unknown): string {
  if (typeof value === 'string') return `got "${value}"`;
  return typeof value === 'object' && value !== null ? 'got an object' : `got ${String(value)}`;
}
