import type { Json } from '@callsheet/protocol';
import type { Kinds } from './json-kind.ts';
import type { TypeNode } from './type-node.ts';

/** What reading a part of a schema needs to know of the whole. */
export interface Reading {
  /** Arguments are written by callers, who may leave out what has a default; results are read by them. */
  readonly direction: 'input' | 'output';
  /** The type of a schema for a value of its own, such as a member or an item. */
  typeOf(schema: Json | undefined): TypeNode;
  /** The name of what `$ref` leads to, and the kinds of values it has; undefined where nothing is known of it. */
  refer(ref: Json): { readonly type: TypeNode; readonly kinds: Kinds } | undefined;
}

/** What the schemas around a schema, that speak of the same value, already say. */
export interface Place {
  readonly kinds: Kinds;
  /** Members without a line of their own are not allowed. */
  readonly closed: boolean;
}
