/** A TypeScript type before it is written down. */
export type TypeNode =
  /** `unknown`, `string`, a literal: what stands for itself. */
  | { readonly kind: 'word'; readonly text: string }
  /** A type with a name of its own. */
  | { readonly kind: 'reference'; readonly name: string }
  | ObjectNode
  | { readonly kind: 'array'; readonly element: TypeNode }
  | TupleNode
  | { readonly kind: 'union'; readonly of: readonly TypeNode[] }
  | { readonly kind: 'intersection'; readonly of: readonly TypeNode[] };

export interface ObjectNode {
  readonly kind: 'object';
  /** What its schema calls it. */
  readonly title?: string | undefined;
  readonly members: readonly MemberNode[];
  /** Of all members without a line of their own; there are none when not said. */
  readonly index?: TypeNode | undefined;
}

export interface MemberNode {
  readonly name: string;
  readonly optional: boolean;
  readonly type: TypeNode;
  /** The lines of its comment. */
  readonly doc: readonly string[];
}

export interface TupleNode {
  readonly kind: 'tuple';
  readonly elements: readonly TypeNode[];
  /** How many of the elements are always there. */
  readonly required: number;
  /** What may follow them; nothing when not said. */
  readonly rest?: TypeNode | undefined;
}

const word = (text: string): TypeNode => ({ kind: 'word', text });

export const UNKNOWN = word('unknown');
export const NEVER = word('never');
export const STRING = word('string');
export const NUMBER = word('number');
export const BOOLEAN = word('boolean');
export const NULL = word('null');
const UNDEFINED = word('undefined');

/** An object of which nothing is known. */
export const ANY_OBJECT: TypeNode = { kind: 'object', members: [], index: UNKNOWN };
/** An object that has no members. */
export const EMPTY_OBJECT: TypeNode = { kind: 'object', members: [], index: NEVER };
export const ANY_ARRAY: TypeNode = { kind: 'array', element: UNKNOWN };

/** A type of exactly this text, number, truth value or null. */
export function literal(value: string | number | boolean | null): TypeNode {
  return word(quoted(value));
}

/** What JSON writes, without characters that an editor does not show or that turn the line around. */
export function quoted(value: string | number | boolean | null): string {
  return JSON.stringify(value).replace(
    INVISIBLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Controls, line separators, and the marks that change the direction of writing (CVE-2021-42574). */
export const INVISIBLE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** The types a type is made of, with the names of members. */
export function childrenOf(node: TypeNode): readonly { readonly child: TypeNode; readonly name?: string }[] {
  switch (node.kind) {
    case 'object': {
      const members = node.members.map(({ name, type }) => ({ child: type, name }));
      return node.index === undefined ? members : [...members, { child: node.index }];
    }
    case 'array':
      return [{ child: node.element }];
    case 'tuple':
      return [...node.elements, ...(node.rest === undefined ? [] : [node.rest])].map((child) => ({ child }));
    case 'union':
    case 'intersection':
      return node.of.map((child) => ({ child }));
    default:
      return [];
  }
}

/** The same type made of others. */
export function withChildren(node: TypeNode, other: (child: TypeNode) => TypeNode): TypeNode {
  switch (node.kind) {
    case 'object': {
      const members = node.members.map((member) => ({ ...member, type: other(member.type) }));
      return { ...node, members, index: node.index && other(node.index) };
    }
    case 'array':
      return { ...node, element: other(node.element) };
    case 'tuple':
      return { ...node, elements: node.elements.map(other), rest: node.rest && other(node.rest) };
    case 'union':
    case 'intersection':
      return { ...node, of: node.of.map(other) };
    default:
      return node;
  }
}

/** One of several types. */
export function union(nodes: readonly TypeNode[]): TypeNode {
  const alternatives = nodes.flatMap((node) => (node.kind === 'union' ? node.of : [node]));
  return alternatives.includes(UNKNOWN) ? UNKNOWN : joined('union', alternatives, NEVER);
}

/** All of several types at once. */
export function intersection(nodes: readonly TypeNode[]): TypeNode {
  const parts = nodes.flatMap((node) => (node.kind === 'intersection' ? node.of : [node]));
  return parts.includes(NEVER) ? NEVER : joined('intersection', parts, UNKNOWN);
}

/** Each once, without `neutral`, which changes nothing. */
function joined(kind: 'union' | 'intersection', nodes: readonly TypeNode[], neutral: TypeNode): TypeNode {
  const telling = nodes.filter((node) => node !== neutral);
  const of = telling.length > 1 ? distinct(telling) : telling;
  return of.length > 1 ? { kind, of } : (of[0] ?? neutral);
}

/**
 * The type of members that have no line of their own. TypeScript wants it to hold for all members, so it is widened by
 * theirs: by name where that is short, else to `unknown`, because what is written twice on every level doubles with each.
 */
export function indexOver(members: readonly MemberNode[], others: readonly TypeNode[]): TypeNode {
  const whole = union([...others, ...members.map(({ type }) => type)]);
  if (whole === UNKNOWN || !members.every(({ type }) => isShort(type))) return UNKNOWN;
  return members.some(({ optional }) => optional) ? union([whole, UNDEFINED]) : whole;
}

function isShort(node: TypeNode): boolean {
  if (node.kind === 'word' || node.kind === 'reference') return true;
  if (node.kind === 'array') return isShort(node.element);
  return node.kind === 'union' && node.of.every(isShort);
}

function distinct(nodes: readonly TypeNode[]): TypeNode[] {
  const seen = new Set<string>();
  return nodes.filter((node) => {
    const text = JSON.stringify(node);
    return !seen.has(text) && seen.add(text);
  });
}
