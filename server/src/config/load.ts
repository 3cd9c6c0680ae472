import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { agree } from './agreement.ts';
import { check } from './check.ts';
import { type Derived, deriveWorkerTimes } from './derive-times.ts';
import { ALL, type Listed } from './directory.ts';
import { absolute } from './formats.ts';
import { type Found, type Given, origin } from './found.ts';
import { ConfigError, type Problem } from './problems.ts';
import { type Environment, FILE_VARIABLE, readEnvironment } from './read-environment.ts';
import { type Reading, readFileSettings } from './read-file.ts';
import { camelCase, type Machine, type Setting } from './setting.ts';
import type { Config } from './settings.ts';

export interface ConfigInput extends Machine {
  readonly env: Environment;
  /** Where the server was started; absolute. */
  readonly cwd: string;
  /** The file to read, before `CALLSHEET_CONFIG` and `callsheet.toml` in `cwd`; only the last may be missing. */
  readonly file?: string | undefined;
  readonly readFile?: (path: string) => string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** `server.port`, and `auth.api_keys.<name>` for entries of tables → where the value came from. */
  readonly origins: ReadonlyMap<string, string>;
  /** To be told at start; nothing is wrong. */
  readonly notes: readonly string[];
}

const DEFAULT_FILE = 'callsheet.toml';

/**
 * Reads the configuration: defaults, then the file, then the environment.
 *
 * @throws ConfigError with everything that is wrong.
 */
export function loadConfig(input: ConfigInput): LoadedConfig {
  const readings = [readFromFile(input), readEnvironment(input.env, input.cwd)];
  const problems = readings.flatMap((reading) => reading.problems);
  const given = new Map<string, Found>();
  for (const { found } of readings) for (const [path, last] of oncePerSource(found, problems)) given.set(path, last);

  const origins = new Map<string, string>();
  const good = ALL.map((listed): readonly [Listed, unknown] => {
    const found = given.get(listed.path);
    const value = found === undefined ? undefined : checked(listed.setting, found, problems);
    // A wrong setting counts as not given, so that one mistake is not told twice in other words.
    if (value === undefined) given.delete(listed.path);
    return [listed, value];
  });
  const derived = deriveWorkerTimes(given);
  const values = good.map(([listed, value]): readonly [Listed, unknown] => {
    const known = value ?? derived.get(listed.path)?.value;
    return [listed, complete(listed, known, originOf(listed, given, derived), input, origins)];
  });
  const config = assemble(values);
  const agreement = agree(config, given);
  if (problems.length + agreement.problems.length > 0) throw new ConfigError([...problems, ...agreement.problems]);
  const notes = [...readings.flatMap((reading) => reading.notes), ...agreement.notes];
  return { config, origins, notes: [...notes, ...[...derived.values()].map(({ note }) => note)] };
}

function readFromFile({ env, cwd, file, readFile = (path) => readFileSync(path, 'utf8') }: ConfigInput): Reading {
  const chosen = file ?? (env[FILE_VARIABLE] || undefined);
  const name = chosen ?? DEFAULT_FILE;
  const path = resolve(cwd, name);
  try {
    return readFileSettings(readFile(path), name, dirname(path));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    if (code === 'ENOENT' && chosen === undefined) return { found: [], problems: [], notes: [] };
    return { found: [], problems: [{ source: path, key: '', says: `the file cannot be read (${code})` }], notes: [] };
  }
}

/** The values of one source by path; one setting under two names must not say two things. */
function oncePerSource(found: readonly Found[], problems: Problem[]): Map<string, Found> {
  const byPath = new Map<string, Found>();
  for (const next of found) {
    const first = byPath.get(next.path);
    if (first === undefined) byPath.set(next.path, next);
    else if (!Object.is(first.value, next.value)) {
      problems.push({ source: next.source, key: next.key, says: `and ${first.key} set the same thing; keep one` });
    }
  }
  return byPath;
}

/** The checked value, or undefined when any part of it is wrong. */
function checked(setting: Setting, found: Found, problems: Problem[]): unknown {
  const before = problems.length;
  const value = check(setting, found, problems);
  return problems.length === before ? value : undefined;
}

function originOf({ path }: Listed, given: Given, derived: ReadonlyMap<string, Derived>): string {
  const found = given.get(path);
  return found === undefined ? (derived.get(path)?.origin ?? 'default') : origin(found);
}

/** The value that counts: the given or derived one, else the default; entries of tables one by one. */
function complete(
  { path, setting }: Listed,
  value: unknown,
  from: string,
  input: ConfigInput,
  origins: Map<string, string>,
): unknown {
  origins.set(path, from);
  if (setting.kind === 'table') {
    const entries: object = typeof value === 'object' && value !== null ? value : {};
    for (const name of Object.keys(setting.default)) origins.set(`${path}.${name}`, 'default');
    for (const name of Object.keys(entries)) origins.set(`${path}.${name}`, from);
    return { ...setting.default, ...entries };
  }
  if (value !== undefined) return value;
  if (setting.kind === 'integer' && typeof setting.default !== 'number') return setting.default.on(input);
  if (setting.kind !== 'text' || setting.default === undefined) return setting.default;
  return absolute(setting.format, input.cwd, setting.default);
}

/** Frozen to the last list. Built from SETTINGS by the rule the type is built by; here the two meet. */
function assemble(values: readonly (readonly [Listed, unknown])[]): Config {
  const config: Record<string, Record<string, unknown>> = {};
  for (const [{ section, key }, value] of values) {
    config[section] = { ...config[section], [camelCase(key)]: value };
  }
  return freeze(config) as unknown as Config;
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) freeze(member);
  return Object.freeze(value);
}
