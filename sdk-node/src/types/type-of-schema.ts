import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import { arrayType } from './array-type.ts';
import { ALL_KINDS, both, type JsonKind, type Kinds, kindOf, kindsOf, sortedMembers } from './json-kind.ts';
import { objectType } from './object-type.ts';
import type { Place, Reading } from './reading.ts';
import {
  ANY_ARRAY,
  ANY_OBJECT,
  BOOLEAN,
  EMPTY_OBJECT,
  intersection,
  literal,
  NEVER,
  NULL,
  NUMBER,
  STRING,
  type TypeNode,
  UNKNOWN,
  union,
} from './type-node.ts';

const ANY_OF_KIND: { readonly [K in JsonKind]: TypeNode } = {
  null: NULL,
  boolean: BOOLEAN,
  number: NUMBER,
  string: STRING,
  array: ANY_ARRAY,
  object: ANY_OBJECT,
};

/**
 * The type of the values that a JSON Schema (2020-12) lets through. It lets all of them through and never says `any`;
 * what TypeScript cannot say (bounds, patterns, `not`, `if`, keywords it does not know) widens it.
 */
export function typeOfSchema(schema: Json | undefined, reading: Reading, kinds: Kinds = ALL_KINDS): TypeNode {
  const type = refinement(schema ?? true, reading, { kinds, closed: false });
  return type === UNKNOWN ? anyOf(kinds) : type;
}

/** As typeOfSchema, but `unknown` where the schema says nothing beyond its place. */
function refinement(schema: Json, reading: Reading, place: Place): TypeNode {
  if (schema === false) return NEVER;
  if (!isJsonObject(schema)) return UNKNOWN;
  const kinds = both(place.kinds, kindsOf(schema));
  if (kinds.size === 0) return NEVER;
  const here = { kinds, closed: place.closed || schema.additionalProperties === false };
  const branches = (list: Json | undefined): TypeNode[] =>
    Array.isArray(list) ? list.map((branch) => refinement(branch, reading, here)) : [];
  const oneOf = (list: Json | undefined): TypeNode =>
    Array.isArray(list) && list.length > 0 ? union(branches(list)) : UNKNOWN;
  const known = intersection([
    ownType(schema, reading, { kinds, closed: place.closed }),
    ...branches(schema.allOf),
    oneOf(schema.anyOf),
    oneOf(schema.oneOf),
  ]);
  const referred = schema.$ref === undefined ? undefined : reading.refer(schema.$ref);
  const isSaid = known !== UNKNOWN || (referred !== undefined && both(referred.kinds, kinds) === referred.kinds);
  const narrowed = !isSaid && (kinds !== place.kinds || referred !== undefined) ? anyOf(kinds) : known;
  const type = intersection([referred?.type ?? UNKNOWN, narrowed]);
  const mayBeNull = schema.nullable === true && schema.type === undefined && kinds.has('null');
  return mayBeNull ? union([type, NULL]) : type;
}

/** What the keywords of a schema itself say, without those that hold further schemas for the same value. */
function ownType(schema: JsonObject, reading: Reading, place: Place): TypeNode {
  const values = schema.const !== undefined ? [schema.const] : schema.enum;
  if (Array.isArray(values)) return union(values.filter((value) => place.kinds.has(kindOf(value))).map(exactly));
  const object = place.kinds.has('object') ? objectType(schema, reading, place) : undefined;
  const array = place.kinds.has('array') ? arrayType(schema, reading) : undefined;
  if (object === undefined && array === undefined) return UNKNOWN;
  const own = { ...ANY_OF_KIND, ...(object && { object }), ...(array && { array }) };
  return union([...place.kinds].map((kind) => own[kind]));
}

function anyOf(kinds: Kinds): TypeNode {
  return kinds.size === ALL_KINDS.size ? UNKNOWN : union([...kinds].map((kind) => ANY_OF_KIND[kind]));
}

/** The type of one value. */
function exactly(value: Json): TypeNode {
  if (Array.isArray(value)) return { kind: 'tuple', elements: value.map(exactly), required: value.length };
  if (!isJsonObject(value)) return literal(value);
  const members = sortedMembers(value).map(([name, member]) => ({
    ...{ name, optional: false, doc: [] },
    type: exactly(member),
  }));
  return members.length === 0 ? EMPTY_OBJECT : { kind: 'object', members };
}
