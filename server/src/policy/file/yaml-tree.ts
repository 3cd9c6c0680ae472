import {
  Composer,
  type DocumentOptions,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParseOptions,
  type SchemaOptions,
  type YAMLMap,
} from 'yaml';
import type { Place } from './checks.ts';
import type { SaySource, SourceTree } from './source-tree.ts';
import { yamlTokens } from './yaml-tokens.ts';

/**
 * Parses YAML 1.2, without what makes it dangerous: aliases (a few lines of them can stand for a billion values), tags,
 * several documents in one file, and one name twice in one table.
 */
export function parseYamlTree(text: string, say: SaySource, maxDepth: number): SourceTree | undefined {
  const lines = new LineCounter();
  const lineAt = (offset: number | undefined): number | undefined =>
    offset === undefined ? undefined : lines.linePos(offset).line;
  const tokens = yamlTokens(text, lines, maxDepth);
  if (tokens === undefined) {
    say(undefined, 'is nested too deeply');
    return undefined;
  }
  const [document, second] = [...new Composer(OPTIONS).compose(tokens, true, text.length)];
  let sound = document !== undefined;
  const fault = (offset: number | undefined, says: string): void => {
    sound = false;
    say(lineAt(offset), says);
  };
  for (const { pos, message } of [...(document?.errors ?? []), ...(document?.warnings ?? [])]) fault(pos[0], message);
  if (second !== undefined) fault(second.range[0], 'begins a second document; write one');
  inspect(document?.contents, fault);
  if (!sound) return undefined;
  return { tree: document?.toJS({ maxAliasCount: 0 }), lineOf: (at) => lineAt(offsetOf(document?.contents, at)) };
}

const OPTIONS: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.2',
  schema: 'core',
  merge: false,
  stringKeys: true,
  // Looked for below: the composer compares every name with every other.
  uniqueKeys: false,
};

type Fault = (offset: number | undefined, says: string) => void;

function inspect(node: unknown, fault: Fault): void {
  if (!isNode(node)) return;
  const refused = objectionTo(node);
  if (refused !== undefined) fault(node.range?.[0], refused);
  else if (isSeq(node)) for (const item of node.items) inspect(item, fault);
  else if (isMap(node)) inspectMap(node, fault);
}

function inspectMap({ items, range }: YAMLMap, fault: Fault): void {
  const names = new Set<unknown>();
  for (const { key, value } of items) {
    const name = isScalar(key) ? key.value : key;
    const offset = isNode(key) ? key.range?.[0] : range?.[0];
    if (names.has(name)) fault(offset, `says ${JSON.stringify(name)} a second time`);
    names.add(name);
    inspect(key, fault);
    inspect(value, fault);
  }
}

function objectionTo(node: Node): string | undefined {
  if (isAlias(node)) return `uses the alias *${node.source}; write it out, or use same_as`;
  return node.tag === undefined ? undefined : `uses the tag ${node.tag}; write plain values`;
}

/** Where the member or item begins, or the nearest thing around it that is there. */
function offsetOf(contents: unknown, at: Place): number | undefined {
  let node = contents;
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
