import type { JsonSchema } from '@callsheet/protocol';

/** Keywords beside `type`; `description` is read by people and by language models alike. */
type Keywords = { readonly [keyword: string]: unknown };

export function string(keywords: Keywords = {}): JsonSchema {
  return { type: 'string', ...keywords };
}

export function number(keywords: Keywords = {}): JsonSchema {
  return { type: 'number', ...keywords };
}

export function integer(keywords: Keywords = {}): JsonSchema {
  return { type: 'integer', ...keywords };
}

export function boolean(keywords: Keywords = {}): JsonSchema {
  return { type: 'boolean', ...keywords };
}

export function array(items: JsonSchema, keywords: Keywords = {}): JsonSchema {
  return { type: 'array', items, ...keywords };
}

/** One of a few strings. */
export function oneOf(values: readonly string[], keywords: Keywords = {}): JsonSchema {
  return { type: 'string', enum: values, ...keywords };
}

/** An object that has these members and no others: a misspelt argument is an error, never a silent default. */
export function object(
  properties: { readonly [name: string]: JsonSchema },
  required: readonly string[] = [],
  keywords: Keywords = {},
): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false, ...keywords };
}
