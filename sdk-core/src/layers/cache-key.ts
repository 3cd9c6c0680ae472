import { isJsonObject } from '@callsheet/protocol';
import type { Invocation } from '../invocation.ts';

/** What the keys of a partition, or of one tool in it, begin with. Quoted, so that no name is the beginning of another. */
export function keyPrefix(partition: string, tool?: string): string {
  return JSON.stringify(partition) + (tool === undefined ? '' : JSON.stringify(tool));
}

/**
 * Calls with the same key get the same answer: same partition, tool, arguments in whatever order, project and route.
 * Undefined for what cannot be written as JSON.
 */
export function cacheKey(partition: string, { tool, params, options }: Invocation): string | undefined {
  try {
    return keyPrefix(partition, tool) + JSON.stringify([params, options.project, options.route, options.meta], sorted);
  } catch {
    return undefined;
  }
}

/** A replacer, so that the key says exactly what the message would: dates are texts in it, and undefined is left out. */
function sorted(_name: string, value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value);
  // From entries, because assigning "__proto__" would lose it.
  return names.length < 2 ? value : Object.fromEntries(names.sort().map((name) => [name, value[name]]));
}
