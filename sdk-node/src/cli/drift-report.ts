import { type Drift, declareSame, driftBetween } from '../types/drift.ts';
import { UnreadableTypesError } from '../types/written-tokens.ts';
import { readTypes, type WrittenTypes } from '../types/written-types.ts';
import { printable } from './printable.ts';

/** Beyond this a list says how many more there are. */
const MOST_TOOLS = 20;
const MOST_PARTS = 6;

export interface ReportOptions {
  readonly file: string;
  /** What makes the file anew, without the name of the file. */
  readonly command: string;
}

/**
 * What to say of a file of types, in the log of a build, that declares something else than what the gateway offers; undefined when it
 * declares just that, however it is laid out.
 */
export function faultOf(text: string, offered: string, { file, command }: ReportOptions): string | undefined {
  const renewal = `Renew it with: ${command} --out ${file}`;
  const live = readTypes(offered);
  let kept: WrittenTypes;
  try {
    kept = readTypes(text);
  } catch (error) {
    if (error instanceof UnreadableTypesError) return `${file} cannot be compared: ${error.message}\n${renewal}`;
    throw error;
  }
  if (kept.hash === undefined) {
    return `${file} cannot be compared: its header, which says what it was made from, is gone\n${renewal}`;
  }
  const isOfToday = kept.hash === live.hash;
  if (isOfToday && declareSame(kept, live)) return undefined;
  const what = isOfToday
    ? 'was made from what the gateway offers now, and changed since, or made by another version'
    : 'is not what the gateway offers now';
  return `${file} ${what}:\n${linesOf(driftBetween(kept, live)).join('\n')}\n${renewal}`;
}

function linesOf({ added, removed, changed, names }: Drift): readonly string[] {
  const lines = [
    ...listed('added  ', added),
    ...listed('removed', removed),
    ...listed(
      'changed',
      [...changed].map(([tool, parts]) => `${tool}: ${shortened(parts, MOST_PARTS).join(', ')}`),
    ),
    ...listed('types  ', names),
  ];
  // The header holds a hash of the whole catalogue, and types cannot say all of it.
  return lines.length > 0 ? lines : ['  only what types cannot say'];
}

function listed(label: string, items: readonly string[]): string[] {
  return shortened(items, MOST_TOOLS).map((item) => `  ${label}  ${printable(item)}`);
}

function shortened(items: readonly string[], most: number): readonly string[] {
  return items.length <= most ? items : [...items.slice(0, most), `and ${items.length - most} more`];
}
