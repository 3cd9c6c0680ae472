import { isJsonObject, type JsonObject } from '@callsheet/protocol';

/** Tells a TOML table from everything else; a date is an object too, and is none. */
export function isTable(value: unknown): value is JsonObject {
  return isJsonObject(value) && !(value instanceof Date);
}
