import type { Json, JsonObject } from '@callsheet/protocol';
import type { Reading } from './reading.ts';
import { NEVER, type TypeNode } from './type-node.ts';

/** What a schema says of the items of an array; undefined when it says nothing. */
export function arrayType(schema: JsonObject, reading: Reading): TypeNode | undefined {
  // Up to draft 2019-09 `items` was a list where it is `prefixItems` now, and `additionalItems` what `items` is.
  const [prefix, items] = Array.isArray(schema.items)
    ? [schema.items, schema.additionalItems]
    : [schema.prefixItems, schema.items];
  if (Array.isArray(prefix) && prefix.length > 0) return tupleType(prefix, items, schema, reading);
  return items === undefined ? undefined : { kind: 'array', element: reading.typeOf(items) };
}

/** `prefixItems` asks for no item to be there; `minItems` does. */
function tupleType(
  prefix: readonly Json[],
  items: Json | undefined,
  { minItems, maxItems }: JsonObject,
  reading: Reading,
): TypeNode {
  const most = typeof maxItems === 'number' ? maxItems : Number.POSITIVE_INFINITY;
  const least = typeof minItems === 'number' ? minItems : 0;
  if (least > most) return NEVER;
  const elements = prefix.slice(0, most).map((element) => reading.typeOf(element));
  const rest = most <= prefix.length ? NEVER : reading.typeOf(items);
  return {
    kind: 'tuple',
    elements,
    required: Math.min(least, elements.length),
    rest: rest === NEVER ? undefined : rest,
  };
}
