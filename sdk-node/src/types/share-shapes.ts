import { pascalCase, type TypeNames } from './names.ts';
import { printType } from './print-type.ts';
import type { Declaration } from './schema-types.ts';
import { childrenOf, type TypeNode, withChildren } from './type-node.ts';

/** What is shorter when written down is not worth a name. Characters. */
const WORTH_A_NAME = 120;
/** A longer title is a sentence, not a name. */
const LONGEST_NAME = 30;

type Direction = Declaration['direction'];
/** Equal for equal shapes, whatever they are called. */
type KeyOf = (type: TypeNode, direction: Direction) => string;

/** A shape and what it is called in the places where it stands. */
interface Shape {
  readonly key: string;
  readonly type: TypeNode;
  readonly direction: Direction;
  readonly titles: string[];
  readonly members: string[];
  places: number;
}

/**
 * Gives what stands in several places a name of its own, declared behind the rest: the title of its schema or, where there is
 * none, what the member or definition is called that it mostly is. The same declarations get the same names, whatever their order.
 */
export function shareShapes(declarations: readonly Declaration[], names: TypeNames): readonly Declaration[] {
  const keyOf = keys();
  const shared = shapesOf(declarations, keyOf)
    .filter(({ places, type }) => places > 1 && isWorthAName(type))
    .map((shape) => ({ ...shape, title: mostOften(shape.titles) }))
    .map((shape) => ({ ...shape, wish: shape.title ?? mostOften(shape.members) ?? 'Shape' }))
    .sort((a, b) => compare(a.wish, b.wish) || compare(a.key, b.key))
    .map((shape) => ({ ...shape, name: names.claim(shape.wish) }));
  const found = new Map(shared.map((shape) => [shape.key, shape]));

  const referred = (type: TypeNode, direction: Direction): TypeNode => {
    const name = found.get(keyOf(type, direction))?.name;
    return name === undefined ? writtenOut(type, direction) : { kind: 'reference', name };
  };
  const writtenOut = (type: TypeNode, direction: Direction): TypeNode => {
    const node = withChildren(type, (child) => referred(child, direction));
    if (node.kind !== 'object' || type.kind !== 'object') return node;
    const members = node.members.map((member, at) => {
      const before = type.members[at]?.type;
      const title = before && found.get(keyOf(before, direction))?.title;
      return title !== undefined && pascalCase(member.doc[0] ?? '') === title ? untitled(member) : member;
    });
    return { ...node, members };
  };
  return [
    ...declarations.map((each) => ({ ...each, type: referred(each.type, each.direction) })),
    ...shared.map(({ name, type, direction }) => ({ name, direction, doc: [], type: writtenOut(type, direction) })),
  ];
}

/** A comment need not say the name of the type. */
function untitled<M extends { readonly doc: readonly string[] }>(member: M): M {
  return { ...member, doc: member.doc.slice(member.doc[1] === '' ? 2 : 1) };
}

/** Every shape once. What stands inside of one counts as often as that is written down: once. */
function shapesOf(declarations: readonly Declaration[], keyOf: KeyOf): Shape[] {
  const parts = new Set<string>();
  const collect = (type: TypeNode, direction: Direction): void => {
    for (const { child } of childrenOf(type)) {
      parts.add(keyOf(child, direction));
      collect(child, direction);
    }
  };
  for (const { type, direction } of declarations) collect(type, direction);

  const shapes = new Map<string, Shape>();
  const count = (type: TypeNode, direction: Direction, called: string | undefined): boolean => {
    if (type.kind === 'word' || type.kind === 'reference' || type.kind === 'array') return true;
    const key = keyOf(type, direction);
    const known = shapes.get(key);
    const shape = known ?? { key, type, direction, titles: [], members: [], places: 0 };
    shapes.set(key, shape);
    shape.places++;
    if (called !== undefined) shape.members.push(called);
    const title = type.kind === 'object' ? typeName(type.title ?? '') : '';
    if (title !== '' && title.length <= LONGEST_NAME) shape.titles.push(title);
    return known === undefined;
  };
  const countWithin = (type: TypeNode, direction: Direction, called: string): void => {
    const isOne = type.kind === 'union' || type.kind === 'intersection';
    for (const { child, name } of childrenOf(type)) {
      const own = name === undefined ? called + (isOne ? '' : 'Item') : typeName(name) || called;
      if (count(child, direction, own)) countWithin(child, direction, own);
    }
  };
  for (const { type, direction, name, definition } of declarations) {
    // The arguments and the result of a tool have names already, and need no second one of their own.
    const counts = definition !== undefined || parts.has(keyOf(type, direction));
    if (!counts || count(type, direction, definition)) countWithin(type, direction, definition ?? `${name}Part`);
  }
  return [...shapes.values()];
}

function keys(): KeyOf {
  const known = new Map<TypeNode, { readonly [D in Direction]: string }>();
  return (type, direction) => {
    let key = known.get(type);
    if (key === undefined) {
      const text = JSON.stringify(type, (name, value) => (name === 'title' ? undefined : value));
      // Lists are written differently as arguments and as results.
      const isTold = /"kind":"(array|tuple)"/.test(text);
      key = isTold ? { input: `input ${text}`, output: `output ${text}` } : { input: text, output: text };
      known.set(type, key);
    }
    return key[direction];
  };
}

function isWorthAName(type: TypeNode): boolean {
  return printType(type, { readonlyArrays: false, width: () => 1 }).length > WORTH_A_NAME;
}

function typeName(text: string): string {
  const name = pascalCase(text);
  return /^\d/.test(name) ? `Shape${name}` : name;
}

function mostOften(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const [first] = [...counts].sort(([a, many], [b, more]) => more - many || compare(a, b));
  return first?.[0];
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
