import { isJsonObject, type JsonObject } from '@callsheet/protocol';

/** The kinds of JSON values that a type of TypeScript can tell apart. */
export type JsonKind = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';
export type Kinds = ReadonlySet<JsonKind>;

export const ALL_KINDS: Kinds = new Set<JsonKind>(['object', 'array', 'string', 'number', 'boolean', 'null']);
export const ONLY_OBJECTS: Kinds = new Set<JsonKind>(['object']);

/** The kinds that `type` allows, and OpenAPI's `nullable`, which the gateway heeds as well; all when it says nothing. */
export function kindsOf(schema: unknown): Kinds {
  if (!isJsonObject(schema) || schema.type === undefined) return ALL_KINDS;
  const said = Array.isArray(schema.type) ? schema.type : [schema.type];
  const kinds = new Set<JsonKind>();
  for (const kind of ALL_KINDS) if (said.includes(kind)) kinds.add(kind);
  if (said.includes('integer')) kinds.add('number');
  if (schema.nullable === true) kinds.add('null');
  return kinds;
}

export function kindOf(value: unknown): JsonKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const kind = typeof value;
  return kind === 'boolean' || kind === 'number' || kind === 'string' ? kind : 'object';
}

/** Those of `kinds` that are among `others` too; `kinds` itself when they all are. */
export function both(kinds: Kinds, others: Kinds): Kinds {
  const rest = new Set([...kinds].filter((kind) => others.has(kind)));
  return rest.size === kinds.size ? kinds : rest;
}

/** The members of a schema's object keyword, in an order that does not depend on who wrote it. */
export function sortedMembers(value: unknown): [string, JsonObject[string]][] {
  return isJsonObject(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : [];
}
