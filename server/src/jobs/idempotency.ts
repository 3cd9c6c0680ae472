import { createHash } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';

/** Names a key of one caller for one tool. Hashed: keys come from outside, and may be secret. */
export function hashKey(principalId: string, tool: string, key: string): string {
  return digest(JSON.stringify([principalId, tool, key]));
}

/** Equal for requests that ask for the same work, whatever the order of their members. */
export function fingerprint(args: JsonObject, project: string, dryRun: boolean): string {
  return digest(JSON.stringify([canonical(args), project, dryRun]));
}

/** Pairs instead of objects: JSON would move integer-like names to the front. The marks keep `{"a":1}` from `[["a",1]]`. */
function canonical(value: Json): Json {
  if (Array.isArray(value)) return ['[', ...value.map(canonical)];
  if (!isJsonObject(value)) return value;
  return [
    '{',
    ...Object.entries(value)
      .sort(byName)
      .map(([name, member]) => [name, canonical(member)]),
  ];
}

function byName([a]: [string, Json], [b]: [string, Json]): number {
  return a < b ? -1 : 1;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
