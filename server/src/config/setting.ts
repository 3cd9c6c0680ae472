import type { FormatName } from './formats.ts';

/** What the machine tells when a default depends on it. */
export interface Machine {
  /** Processor cores this process may use. */
  readonly cores: number;
}

interface Described {
  /** One sentence for the manual. */
  readonly help: string;
  /** Said behind the expectation when the value is wrong. */
  readonly hint?: string;
}

interface Scalar extends Described {
  /** A short variable besides `CALLSHEET_<SECTION>_<KEY>`. */
  readonly variable?: string;
  /** Never shown: not when printed, not in an error. */
  readonly secret?: true;
}

/** Text. Without a default it may be absent; inside a table `required` says it may not. */
export interface TextSetting extends Scalar {
  readonly kind: 'text';
  readonly default?: string;
  readonly required?: true;
  readonly choices?: readonly string[];
  readonly format?: FormatName;
}

/** A whole number within bounds; the unit is in the setting's name. */
export interface IntegerSetting extends Scalar {
  readonly kind: 'integer';
  readonly default: number | { readonly text: string; readonly on: (machine: Machine) => number };
  readonly min: number;
  readonly max: number;
}

export interface FlagSetting extends Scalar {
  readonly kind: 'flag';
  readonly default: boolean;
}

export interface ListSetting extends Described {
  readonly kind: 'list';
  readonly default: readonly string[];
  readonly format: FormatName;
}

/** Named entries, all of one shape; an entry in the file replaces the default entry of that name. */
export interface TableSetting extends Described {
  readonly kind: 'table';
  /** What the name of an entry is. */
  readonly format: FormatName;
  readonly entry: Readonly<Record<string, ValueSetting>>;
  readonly default: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A setting with one value. */
export type ValueSetting = TextSetting | IntegerSetting | FlagSetting | ListSetting;
export type Setting = ValueSetting | TableSetting;
export type Sections = Readonly<Record<string, Readonly<Record<string, Setting>>>>;

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

/** The type of a setting's value, from its declaration. */
type ValueOf<S> = S extends { kind: 'table'; entry: infer Entry }
  ? Readonly<Record<string, Values<Entry>>>
  : S extends { kind: 'text'; choices: readonly (infer Choice)[] }
    ? Choice
    : S extends { kind: 'text' }
      ? S extends { default: string } | { required: true }
        ? string
        : string | undefined
      : S extends { kind: 'integer' }
        ? number
        : S extends { kind: 'flag' }
          ? boolean
          : readonly string[];

/** The values of a group of settings, under camelCase names. */
export type Values<Group> = { readonly [Key in keyof Group & string as Camel<Key>]: ValueOf<Group[Key]> };

/** `max_in_flight` → `maxInFlight`. */
export function camelCase(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The variable every setting with one value has: `jobs.cpu_slots` → `CALLSHEET_JOBS_CPU_SLOTS`. */
export function longVariable(path: string): string {
  return `CALLSHEET_${path.replace('.', '_').toUpperCase()}`;
}
