import { isJsonObject } from '@callsheet/protocol';
import type { Invocation } from '../invocation.ts';

/** What the keys of a partition, or of one tool in it, begin with. Quoted, so that no name is the beginning of another. */
export function keyPrefix(...names: readonly (string | undefined)[]): string {
  return names.map((name) => JSON.stringify(name)).join('');
}

/**
 * Calls with the same key get the same answer: same partition, tool, arguments in whatever order, project and route.
 * `version` is what the catalogue says of the tool: when that changes, what was kept is not found any more.
 * Empty for what cannot be written as JSON.
 */
export function cacheKey(
  partition: string,
  { tool, params, options: { project, route, meta } }: Invocation,
  version?: object,
): string {
  try {
    return keyPrefix(partition, tool, JSON.stringify(version)) + JSON.stringify([params, project, route, meta], sorted);
  } catch {
    return '';
  }
}

/** A replacer, so that the key says exactly what the message would: dates are texts in it, and undefined is left out. */
export function sorted(_name: string, value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value);
  if (names.length < 2) return value;
  // From entries, because assigning "__proto__" would lose it.
  return Object.fromEntries(names.sort().map((name) => [name, value[name]]));
}
