/** Any value JSON can carry. `unknown` becomes one of these at the border, in one parser. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/** A JSON Schema, draft 2020-12, written as data. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Tells a JSON object from arrays, null and scalars. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
