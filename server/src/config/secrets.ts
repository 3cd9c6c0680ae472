import { ALL } from './directory.ts';
import { camelCase, type Setting } from './setting.ts';
import type { Config } from './settings.ts';

/** Every secret the configuration holds, so that it is known by value wherever it might be written. */
export function secretsOf(config: Config): readonly string[] {
  const values: Readonly<Record<string, Readonly<Record<string, unknown>>>> = config;
  return ALL.flatMap(({ section, key, setting }) => secretsIn(setting, values[section]?.[camelCase(key)]));
}

function secretsIn(setting: Setting, value: unknown): string[] {
  if (setting.kind !== 'table') return 'secret' in setting && typeof value === 'string' ? [value] : [];
  const entries: unknown[] = Object.values(Object(value));
  return entries.flatMap((entry) =>
    Object.entries(setting.entry).flatMap(([field, inner]) => secretsIn(inner, Object(entry)[camelCase(field)])),
  );
}
