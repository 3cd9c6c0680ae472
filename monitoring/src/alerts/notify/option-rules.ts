/** What an option must be. Values of secrets are not quoted: the sentence ends up in logs. */
export interface OptionRule {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
  readonly required?: boolean;
  readonly secret?: boolean;
}

/** One rule for every option there is. */
export type OptionTable<Options> = { readonly [Name in keyof Required<Options>]: OptionRule };

/** @param doing finishes «Cannot …» @throws TypeError that names the first option that does not fit, and what would */
export function checkOptions<Options extends object>(
  doing: string,
  options: Options,
  table: OptionTable<Options>,
): void {
  const refused = (why: string) => new TypeError(`Cannot ${doing}: ${why}`);
  if (Object(options) !== options) throw refused(`expected an object of options, got ${String(options)}`);
  const rules = new Map<string, OptionRule>(Object.entries(table));
  const unknown = Object.keys(options).find((name) => !rules.has(name));
  if (unknown !== undefined) {
    throw refused(`there is no option "${unknown}"; the options are ${[...rules.keys()].join(', ')}`);
  }
  const values = new Map<string, unknown>(Object.entries(options));
  for (const [name, { expected, fits, required = false, secret = false }] of rules) {
    const value = values.get(name);
    if (value === undefined ? !required : fits(value)) continue;
    const got = value === undefined ? 'it is missing' : secret ? 'it is something else' : `it is ${quoted(value)}`;
    throw refused(`option "${name}" must be ${expected}; ${got}`);
  }
}

export function required(rule: OptionRule): OptionRule {
  return { ...rule, required: true };
}

export function secret(rule: OptionRule): OptionRule {
  return { ...rule, secret: true };
}

/** Text of one line: control characters would begin another line of a mail's or a request's head. */
export function line(longest: number, what = 'a text'): OptionRule {
  return {
    expected: `${what} of 1 to ${longest} characters, in one line`,
    fits: (value) =>
      typeof value === 'string' && value !== '' && value.length <= longest && !/[\p{Cc}\u2028\u2029]/u.test(value),
  };
}

export function lines(longest: number): OptionRule {
  const one = line(longest);
  return { expected: `a list, each ${one.expected}`, fits: (value) => isListOf(value, one.fits) };
}

export function whole(least: number, most: number, unit: string): OptionRule {
  return {
    expected: `a whole number of ${unit}, ${least} to ${most}`,
    fits: (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}

export const flag: OptionRule = { expected: 'true or false', fits: (value) => typeof value === 'boolean' };

export const callable: OptionRule = { expected: 'a function', fits: (value) => typeof value === 'function' };

/** An object with these functions. */
export function withMethods(...names: readonly string[]): OptionRule {
  return {
    expected: `an object with ${names.join(', ')}`,
    fits: (value) => names.every((name) => typeof Reflect.get(Object(value), name) === 'function'),
  };
}

export function isListOf(value: unknown, fits: (member: unknown) => boolean): value is readonly unknown[] {
  return Array.isArray(value) && value.every(fits);
}

function quoted(value: unknown): string {
  if (typeof value === 'string') return `"${value.slice(0, 80)}"`;
  return Object(value) === value ? 'something else' : String(value);
}
