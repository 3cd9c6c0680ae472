import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import type { Place } from './checks.ts';
import type { SaySource, SourceTree } from './source-tree.ts';

/**
 * Parses YAML 1.2, without what makes it dangerous: aliases (a few lines of them can stand for a billion values), tags,
 * several documents in one file, and one name twice in one table.
 */
export function parseYamlTree(text: string, say: SaySource, maxDepth: number): SourceTree | undefined {
  const lines = new LineCounter();
  // Duplicates are looked for below: the parser compares every name with every other.
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    stringKeys: true,
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
    // «silent» would also keep silent about a second document.
    logLevel: 'error',
  });
  const lineAt = (offset: number | undefined): number | undefined =>
    offset === undefined ? undefined : lines.linePos(offset).line;
  let sound = true;
  const fault = (offset: number | undefined, says: string): void => {
    sound = false;
    say(lineAt(offset), says);
  };
  for (const { pos, message } of [...document.errors, ...document.warnings]) fault(pos[0], message);
  inspect(document.contents, fault, maxDepth);
  if (!sound) return undefined;
  return { tree: document.toJS({ maxAliasCount: 0 }), lineOf: (at) => lineAt(offsetOf(document, at)) };
}

type Fault = (offset: number | undefined, says: string) => void;

function inspect(node: unknown, fault: Fault, levels: number): void {
  if (!isNode(node)) return;
  const refused = objectionTo(node, levels);
  if (refused !== undefined) fault(node.range?.[0], refused);
  else if (isSeq(node)) for (const item of node.items) inspect(item, fault, levels - 1);
  else if (isMap(node)) inspectMap(node, fault, levels - 1);
}

function inspectMap({ items, range }: YAMLMap, fault: Fault, levels: number): void {
  const names = new Set<unknown>();
  for (const { key, value } of items) {
    const name = isScalar(key) ? key.value : key;
    const offset = isNode(key) ? key.range?.[0] : range?.[0];
    if (names.has(name)) fault(offset, `says ${JSON.stringify(name)} a second time`);
    names.add(name);
    inspect(key, fault, levels);
    inspect(value, fault, levels);
  }
}

function objectionTo(node: Node, levels: number): string | undefined {
  if (isAlias(node)) return `uses the alias *${node.source}; write it out, or use same_as`;
  if (node.tag !== undefined) return `uses the tag ${node.tag}; write plain values`;
  return levels === 0 && isCollection(node) ? 'is nested too deeply' : undefined;
}

/** Where the member or item begins, or the nearest thing around it that is there. */
function offsetOf(document: Document, at: Place): number | undefined {
  let node: unknown = document.contents;
  let offset = isNode(node) ? node.range?.[0] : undefined;
  for (const step of at) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (pair === undefined) break;
      offset = isNode(pair.key) ? pair.key.range?.[0] : offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      offset = isNode(node) ? node.range?.[0] : offset;
    } else {
      break;
    }
  }
  return offset;
}
