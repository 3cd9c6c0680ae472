import { Comparison } from './comparison.ts';
import { membersOf, type WrittenMember, type WrittenTypes, written } from './written-types.ts';

/** How a file of types differs from what it would be now. */
export interface Drift {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Tool → its parts that are not the same, e.g. `input.fps: 24 | 25 → 24`. */
  readonly changed: ReadonlyMap<string, readonly string[]>;
  /** Types besides arguments and results that have come or gone, e.g. `Asset (new)`. */
  readonly names: readonly string[];
}

/** Whether two files declare the same: names, types, and what is optional. */
export function declareSame(a: WrittenTypes, b: WrittenTypes): boolean {
  return (
    a.declared.size === b.declared.size &&
    [...a.declared].every(([name, { type }]) => {
      const other = b.declared.get(name);
      return other !== undefined && written(other.type) === written(type);
    })
  );
}

/** Compares what two files declare, tool by tool, whichever of their types have names of their own. */
export function driftBetween(file: WrittenTypes, live: WrittenTypes): Drift {
  const [known, offered] = [toolsOf(file), toolsOf(live)];
  const changed = new Map<string, readonly string[]>();
  for (const [name, before] of known) {
    const after = offered.get(name);
    if (after === undefined) continue;
    const parts = new Comparison(file, live).ofTool(before, after);
    if (parts.length > 0) changed.set(bare(name), parts);
  }
  const [before, after] = [furtherTypes(file), furtherTypes(live)];
  return {
    added: [...offered.keys()].filter((tool) => !known.has(tool)).map(bare),
    removed: [...known.keys()].filter((tool) => !offered.has(tool)).map(bare),
    changed,
    names: [
      ...before.filter((name) => !live.declared.has(name)).map((name) => `${name} (gone)`),
      ...after.filter((name) => !file.declared.has(name)).map((name) => `${name} (new)`),
    ],
  };
}

function toolsOf({ declared }: WrittenTypes): ReadonlyMap<string, WrittenMember> {
  return membersOf(declared.get('Tools')?.type);
}

function furtherTypes(types: WrittenTypes): string[] {
  const own = new Set(['Tools']);
  for (const { type } of toolsOf(types).values())
    for (const side of membersOf(type).values()) own.add(written(side.type));
  return [...types.declared.keys()].filter((name) => !own.has(name));
}

/** A tool's name without the quotes it has as a member. */
function bare(name: string): string {
  return name.startsWith('"') ? String(JSON.parse(name)) : name;
}
