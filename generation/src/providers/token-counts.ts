import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';

const MOST_MEMBERS = 32;

/**
 * The counts in a provider's report of usage, one level of details included, and nothing else of it: what a provider
 * sends may be of any size, depth and content.
 */
export function tokenCounts(usage: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(usage)) return undefined;
  const counts = members(usage, (value) => (isJsonObject(value) ? members(value, count) : count(value)));
  return Object.keys(counts).length === 0 ? undefined : counts;
}

function members(from: JsonObject, read: (value: Json) => Json | undefined): JsonObject {
  const kept: JsonObject = {};
  for (const [name, value] of Object.entries(from).slice(0, MOST_MEMBERS)) {
    const counted = /^[a-z][a-z0-9_]{0,63}$/u.test(name) ? read(value) : undefined;
    if (counted !== undefined) kept[name] = counted;
  }
  return kept;
}

function count(value: Json): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
