import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';

/** Keywords whose schemas speak of the same value as the schema they stand in. */
const IN_PLACE = ['allOf', 'anyOf', 'oneOf'] as const;

/** A schema that is referred to, and where it stands: a JSON Pointer (RFC 6901). */
export interface Referred {
  readonly pointer: string;
  /** The last step of it. */
  readonly name: string;
  readonly schema: Json;
}

/** One JSON Schema with the places its `$ref`s lead to (JSON Schema 2020-12, Core, 8.2). */
export class SchemaDocument {
  readonly root: JsonObject;
  /** Inside of a part with an `$id`, references mean something else; no catalogue does that, so they are not followed. */
  readonly #hasParts: boolean;
  readonly #circles = new Map<string, boolean>();

  constructor(root: JsonObject) {
    this.root = root;
    this.#hasParts = Object.values(root).some(namesItself);
  }

  /** Where a reference leads; undefined when that is not in this document or says nothing but itself. */
  follow(ref: Json | undefined): Referred | undefined {
    const referred = this.#find(ref);
    if (referred === undefined) return undefined;
    const { pointer, schema } = referred;
    let isCircle = this.#circles.get(pointer);
    if (isCircle === undefined) {
      isCircle = this.#leadsTo(pointer, schema, new Set());
      this.#circles.set(pointer, isCircle);
    }
    return isCircle ? undefined : referred;
  }

  #find(ref: Json | undefined): Referred | undefined {
    if (typeof ref !== 'string' || this.#hasParts) return undefined;
    const { $id } = this.root;
    const own = typeof $id === 'string' && ref.startsWith(`${$id}#`) ? ref.slice($id.length) : ref;
    if (own === '#' || own === $id) return { pointer: '', name: '', schema: this.root };
    if (!own.startsWith('#/')) return undefined;
    const pointer = decoded(own.slice(1));
    const steps = pointer.slice(1).split('/');
    const names = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    let schema: Json | undefined = this.root;
    for (const name of names) {
      schema = memberOf(schema, name);
      if (schema === undefined) return undefined;
    }
    return { pointer, name: names.at(-1) ?? '', schema };
  }

  /** Whether a definition is defined by itself, with no member or item in between: TypeScript refuses what means nothing. */
  #leadsTo(goal: string, schema: Json, seen: Set<string>): boolean {
    if (!isJsonObject(schema)) return false;
    const next = this.#find(schema.$ref);
    if (next?.pointer === goal) return true;
    if (next !== undefined && !seen.has(next.pointer)) {
      seen.add(next.pointer);
      if (this.#leadsTo(goal, next.schema, seen)) return true;
    }
    return IN_PLACE.some((keyword) => {
      const branches = schema[keyword];
      return Array.isArray(branches) && branches.some((branch) => this.#leadsTo(goal, branch, seen));
    });
  }
}

function memberOf(schema: Json, name: string): Json | undefined {
  if (Array.isArray(schema)) return /^(0|[1-9]\d*)$/.test(name) ? schema[Number(name)] : undefined;
  return isJsonObject(schema) && Object.hasOwn(schema, name) ? schema[name] : undefined;
}

function decoded(pointer: string): string {
  try {
    return decodeURIComponent(pointer);
  } catch {
    return pointer;
  }
}

function namesItself(value: Json): boolean {
  if (Array.isArray(value)) return value.some(namesItself);
  return isJsonObject(value) && (typeof value.$id === 'string' || Object.values(value).some(namesItself));
}
