import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import { docOf } from './doc-comment.ts';
import { ALL_KINDS, type Kinds, kindsOf, ONLY_OBJECTS } from './json-kind.ts';
import { pascalCase, type TypeNames } from './names.ts';
import type { Reading } from './reading.ts';
import { SchemaDocument } from './schema-document.ts';
import type { TypeNode } from './type-node.ts';
import { typeOfSchema } from './type-of-schema.ts';

export interface SchemaTypesOptions {
  /** Of the type of the whole. */
  readonly name: string;
  readonly direction: Reading['direction'];
  /** Where names for definitions are taken. */
  readonly names: TypeNames;
}

/** A type that gets a statement of its own. */
export interface Declaration {
  readonly name: string;
  readonly type: TypeNode;
  readonly doc: readonly string[];
  readonly direction: Reading['direction'];
  /** The name its schema has where it is defined; the arguments and the result of a tool have none. */
  readonly definition?: string | undefined;
}

/** The types of one schema: of the whole, and of every definition that a `$ref` leads to. */
export class SchemaTypes implements Reading {
  readonly direction: Reading['direction'];
  readonly #document: SchemaDocument;
  readonly #name: string;
  readonly #names: TypeNames;
  readonly #named = new Map<string, string>();
  readonly #waiting: (Pick<Declaration, 'name' | 'definition'> & { readonly schema: Json; readonly kinds: Kinds })[] =
    [];

  constructor(schema: JsonObject | undefined, { name, direction, names }: SchemaTypesOptions) {
    const isInput = direction === 'input';
    this.direction = direction;
    this.#document = new SchemaDocument(isJsonObject(schema) ? schema : {});
    this.#name = name;
    this.#names = names;
    const { root } = this.#document;
    // Arguments are always an object, whether or not their schema says so.
    this.#waiting.push({ name, schema: root, kinds: isInput ? ONLY_OBJECTS : ALL_KINDS });
    if (!isInput || root.type === 'object') this.#named.set('', name);
  }

  typeOf(schema: Json | undefined): TypeNode {
    return typeOfSchema(schema, this);
  }

  refer(ref: Json): { readonly type: TypeNode; readonly kinds: Kinds } | undefined {
    const referred = this.#document.follow(ref);
    if (referred === undefined) return undefined;
    const { pointer, schema } = referred;
    let name = this.#named.get(pointer);
    if (name === undefined) {
      name = this.#names.claim(this.#name + (pascalCase(referred.name) || 'Part'));
      this.#named.set(pointer, name);
      this.#waiting.push({ name, schema, kinds: ALL_KINDS, definition: pascalCase(referred.name) || 'Part' });
    }
    return { type: { kind: 'reference', name }, kinds: kindsOf(schema) };
  }

  /** The whole first. */
  declarations(): Declaration[] {
    const { direction } = this;
    const declared: Declaration[] = [];
    // Reading one may find more.
    for (const { name, schema, kinds, definition } of this.#waiting)
      declared.push({ name, type: typeOfSchema(schema, this, kinds), doc: docOf(schema), direction, definition });
    return declared;
  }
}
