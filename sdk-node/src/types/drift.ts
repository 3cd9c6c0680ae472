import { type Outline, type OutlineEntry, outlineOf } from './outline.ts';

/** How a file of types differs from what it would be now. */
export interface Drift {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Tool → its parts that are not the same, e.g. `input.fps: 24 | 25 → 24`. */
  readonly changed: ReadonlyMap<string, readonly string[]>;
}

/** Whose a declaration is, and what it is to them. */
interface Owner {
  readonly tool: string;
  readonly label: string;
}

/** Beyond this, what was and what is says less than that it changed. Characters. */
const SHOWN = 48;

/** Compares two texts of `declarationsOf`. */
export function driftBetween(file: string, live: string): Drift {
  const [before, after] = [outlineOf(file), outlineOf(live)];
  const [known, offered] = [toolsOf(before), toolsOf(after)];
  const owners = new Map([...ownersOf(before), ...ownersOf(after)]);
  const changed = new Map<string, string[]>();
  const told = new Set<string>();
  for (const [path, { parent, root }] of new Map([...after, ...before])) {
    const { tool, label } = owners.get(parent === 'Tools' ? path : root) ?? { tool: '', label: '' };
    const note = known.has(tool) && offered.has(tool) ? noteOf(before.get(path), after.get(path)) : undefined;
    if (note === undefined) continue;
    const isTold = parent !== undefined && told.has(parent);
    if (isTold || note !== DESCRIBED) told.add(path);
    // What is new has only new members.
    if (isTold) continue;
    const part = parent === 'Tools' ? label : label + path.slice(root.length);
    changed.set(tool, [...(changed.get(tool) ?? []), `${part}${note}`]);
  }
  return {
    added: [...offered].filter((tool) => !known.has(tool)),
    removed: [...known].filter((tool) => !offered.has(tool)),
    changed,
  };
}

function toolsOf(outline: Outline): ReadonlySet<string> {
  return new Set([...ownersOf(outline).values()].map(({ tool }) => tool));
}

/** Declaration, or path of a tool → whose it is. What a type refers to is declared behind it. */
function ownersOf(outline: Outline): ReadonlyMap<string, Owner> {
  const owners = new Map<string, Owner>();
  for (const [path, { parent, type }] of outline) {
    if (parent !== 'Tools') continue;
    const tool = path.slice('Tools.'.length);
    const [, input = '', output = ''] = /\{ input: (\w+); output: (\w+) \}/.exec(type) ?? [];
    owners.set(path, { tool, label: 'the tool' });
    owners.set(input, { tool, label: 'input' });
    owners.set(output, { tool, label: 'output' });
  }
  let last: Owner | undefined;
  for (const { root } of outline.values()) {
    const owner = owners.get(root);
    if (owner !== undefined) last = owner;
    else if (last !== undefined) owners.set(root, { tool: last.tool, label: root });
  }
  return owners;
}

const DESCRIBED = ' (described otherwise)';

/** What became of a part; undefined when it is the same. */
function noteOf(before: OutlineEntry | undefined, after: OutlineEntry | undefined): string | undefined {
  if (before === undefined) return ' (new)';
  if (after === undefined) return ' (gone)';
  if (before.type === after.type) return before.doc === after.doc ? undefined : DESCRIBED;
  const [was, is] = [lineOf(before), lineOf(after)];
  if (was === undefined || is === undefined) return ' (changed)';
  if (was.type === is.type) return is.optional ? ' (now optional)' : ' (now required)';
  return was.type.length + is.type.length > SHOWN ? ' (changed)' : `: ${was.type} → ${is.type}`;
}

/** A member that has one line. */
function lineOf({ type }: OutlineEntry): { readonly optional: boolean; readonly type: string } | undefined {
  const [, name = '', told = ''] = /^((?:"(?:[^"\\]|\\.)*"|[^:"]+)): (.*);\n$/.exec(type) ?? [];
  return told === '' ? undefined : { optional: name.endsWith('?'), type: told };
}
