/** A declaration or a member as it is written, without those below it. */
export interface OutlineEntry {
  /** The path of what it stands in; undefined for a declaration. */
  readonly parent: string | undefined;
  /** The name of the declaration it belongs to. */
  readonly root: string;
  readonly type: string;
  readonly doc: string;
}

/** The parts of a file of types in reading order: path (`CreateVideoInput.subtitle.font`) → what is written there. */
export type Outline = ReadonlyMap<string, OutlineEntry>;

const DECLARATION = /^export (?:interface (\w+) |type (\w+) =).*$/;
const MEMBER = /^ +(?:(?<bare>[A-Za-z_$][\w$]*)|(?<quoted>"(?:[^"\\]|\\.)*")|(?<others>\[name: string\]))\??:(?: .*)?$/;

/**
 * Reads what `declarationsOf` writes by its indentation, so that two versions can be compared part by part. Of another file, or
 * one that was formatted, it understands what looks alike.
 */
export function outlineOf(text: string): Outline {
  const outline = new Map<string, OutlineEntry>();
  const open: { readonly path: string; readonly root: string; readonly depth: number }[] = [];
  let doc = '';
  for (const line of text.split(/\r?\n/)) {
    const depth = line.length - line.trimStart().length;
    const trimmed = line.trim();
    if (/^(\/\*\*|\*)/.test(trimmed)) {
      doc += `${trimmed}\n`;
      continue;
    }
    if (trimmed === '' || trimmed.startsWith('//')) continue;
    const declared = DECLARATION.exec(line);
    const name = declared?.[1] ?? declared?.[2] ?? memberOf(line);
    while (open.length > 0 && (open.at(-1)?.depth ?? 0) >= (name === undefined ? depth + 1 : depth)) open.pop();
    const around = open.at(-1);
    if (name !== undefined)
      open.push({ path: around === undefined ? name : `${around.path}.${name}`, root: around?.root ?? name, depth });
    const here = open.at(-1);
    if (here === undefined) continue;
    // The alternatives of a union may have members of one name.
    const before = outline.get(here.path);
    outline.set(here.path, {
      root: here.root,
      parent: before === undefined ? around?.path : before.parent,
      type: `${before?.type ?? ''}${trimmed}\n`,
      doc: (before?.doc ?? '') + doc,
    });
    doc = '';
  }
  return outline;
}

function memberOf(line: string): string | undefined {
  const { bare, quoted, others } = MEMBER.exec(line)?.groups ?? {};
  return bare ?? quoted ?? (others && '[…]');
}
