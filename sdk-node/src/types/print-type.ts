import { comment } from './doc-comment.ts';
import { memberName } from './names.ts';
import type { MemberNode, ObjectNode, TupleNode, TypeNode } from './type-node.ts';

/** How types are written where they stand. */
export interface PrintOptions {
  /** Arrays may be read only: what callers give is not changed. */
  readonly readonlyArrays: boolean;
  /** How many alternatives a named type has. */
  width(name: string): number;
}

const LINE = 110;
const STEP = '  ';
/** The compiler writes intersections of unions out, and gives up at 100,000 alternatives. */
const MOST_ALTERNATIVES = 1_000;

/** Writes a type down as TypeScript; further lines of it begin with `indent`. */
export function printType(node: TypeNode, options: PrintOptions, indent = ''): string {
  switch (node.kind) {
    case 'word':
      return node.text;
    case 'reference':
      return node.name;
    case 'object':
      return printObject(node, options, indent);
    case 'array':
      return `${readonly(options)}${printElement(node.element, options, indent)}[]`;
    case 'tuple':
      return printTuple(node, options, indent);
    case 'union':
      return alternatives(
        node.of.map((each) => printType(each, options, indent)),
        indent,
      );
    case 'intersection':
      return affordable(node.of, options)
        .map((each) => printPart(each, options, indent, each.kind === 'union'))
        .join(' & ');
  }
}

/** How many alternatives the compiler makes of a type. */
export function widthOf(node: TypeNode, options: Pick<PrintOptions, 'width'>): number {
  if (node.kind === 'reference') return options.width(node.name);
  if (node.kind === 'union') return node.of.reduce((sum, each) => sum + widthOf(each, options), 0);
  if (node.kind !== 'intersection') return 1;
  return affordable(node.of, options).reduce((product, each) => product * widthOf(each, options), 1);
}

/** As many parts of an intersection as the compiler can bear: each of them alone is true, if wider. */
function affordable(parts: readonly TypeNode[], options: Pick<PrintOptions, 'width'>): readonly TypeNode[] {
  let product = 1;
  return parts.filter((part, at) => {
    const next = product * widthOf(part, options);
    if (at > 0 && next > MOST_ALTERNATIVES) return false;
    product = next;
    return true;
  });
}

function printObject({ members, index }: ObjectNode, options: PrintOptions, indent: string): string {
  const inner = indent + STEP;
  const lines = members.map(
    ({ name, optional, type, doc }: MemberNode) =>
      `${comment(doc, inner)}${inner}${memberName(name)}${optional ? '?' : ''}:${behind(printType(type, options, inner))};\n`,
  );
  if (index !== undefined) {
    const others = `[name: string]:${behind(printType(index, options, inner))}`;
    if (members.length === 0 && !others.includes('\n')) return `{ ${others} }`;
    lines.push(`${inner}${others};\n`);
  }
  return `{\n${lines.join('')}${indent}}`;
}

function printTuple({ elements, required, rest }: TupleNode, options: PrintOptions, indent: string): string {
  const each = elements.map((element, at) =>
    at < required ? printType(element, options, indent) : `${printElement(element, options, indent)}?`,
  );
  if (rest !== undefined) each.push(`...${printElement(rest, options, indent)}[]`);
  return `${readonly(options)}[${each.join(', ')}]`;
}

/** A type with `[]` or `?` behind it. */
function printElement(node: TypeNode, options: PrintOptions, indent: string): string {
  const isList = node.kind === 'array' || node.kind === 'tuple';
  const isJoined = node.kind === 'union' || node.kind === 'intersection';
  return printPart(node, options, indent, isJoined || (isList && options.readonlyArrays));
}

function printPart(node: TypeNode, options: PrintOptions, indent: string, inBrackets: boolean): string {
  const text = printType(node, options, indent);
  return inBrackets ? `(${text})` : text;
}

function readonly({ readonlyArrays }: PrintOptions): string {
  return readonlyArrays ? 'readonly ' : '';
}

/** A type behind a colon or an equals sign. */
export function behind(type: string): string {
  return type.startsWith('\n') ? type : ` ${type}`;
}

/** On one line where they fit, else each on its own; alternatives that have several lines follow each other. */
function alternatives(texts: readonly string[], indent: string): string {
  const line = texts.join(' | ');
  if (line.includes('\n') || indent.length + line.length <= LINE) return line;
  return texts.map((text) => `\n${indent}${STEP}| ${text}`).join('');
}
