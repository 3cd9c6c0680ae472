import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import { docOf } from './doc-comment.ts';
import { sortedMembers } from './json-kind.ts';
import type { Place, Reading } from './reading.ts';
import { EMPTY_OBJECT, indexOver, type MemberNode, type TypeNode, UNKNOWN, union } from './type-node.ts';

/** What a schema says of the members of an object; undefined when it says nothing. */
export function objectType(schema: JsonObject, reading: Reading, place: Place): TypeNode | undefined {
  const properties = sortedMembers(schema.properties);
  const required = new Set(Array.isArray(schema.required) ? schema.required.filter(isText) : []);
  const patterns = sortedMembers(schema.patternProperties).map(([, each]) => reading.typeOf(each));
  const members = properties.map(([name, member]): MemberNode => {
    const optional = !required.has(name) || (reading.direction === 'input' && hasDefault(member));
    return {
      name,
      optional,
      type: optional && isInherited(name) ? UNKNOWN : reading.typeOf(member),
      doc: docOf(member),
    };
  });

  const others = restOf(schema, patterns, reading);
  const named = new Set(properties.map(([name]) => name));
  for (const name of required)
    if (!named.has(name)) members.push({ name, optional: false, type: union(others), doc: [] });
  members.sort((a, b) => Number(a.optional) - Number(b.optional) || (a.name < b.name ? -1 : 1));

  const open = schema.additionalProperties !== false || patterns.length > 0;
  // An object that must not have other members anyway needs no line for them.
  const index = !open || (place.closed && others.includes(UNKNOWN)) ? undefined : indexOver(members, others);
  const title = typeof schema.title === 'string' ? schema.title : undefined;
  if (members.length > 0) return { kind: 'object', title, members, index };
  if (!open) return EMPTY_OBJECT;
  return index === undefined || index === UNKNOWN ? undefined : { kind: 'object', members, index };
}

/** The types that members without a line of their own may have. */
function restOf(
  { additionalProperties }: JsonObject,
  patterns: readonly TypeNode[],
  reading: Reading,
): readonly TypeNode[] {
  if (additionalProperties === false) return patterns;
  return [...patterns, reading.typeOf(additionalProperties)];
}

function hasDefault(schema: Json): boolean {
  return isJsonObject(schema) && schema.default !== undefined;
}

function isText(value: Json): value is string {
  return typeof value === 'string';
}

/** For the compiler every object has a member `constructor`, and it is a function: one that may be absent cannot be anything else. */
function isInherited(name: string): boolean {
  return Object.hasOwn(Object.prototype, name);
}
