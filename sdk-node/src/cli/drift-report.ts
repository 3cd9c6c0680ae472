import type { Drift } from '../types/drift.ts';
import { printable } from './printable.ts';

/** Beyond this a list says how many more there are. */
const MOST_TOOLS = 20;
const MOST_PARTS = 6;

export interface ReportOptions {
  readonly file: string;
  /** What makes the file anew, without the name of the file. */
  readonly command: string;
}

/** A drift as people read it in the log of a build. */
export function driftReport({ added, removed, changed }: Drift, { file, command }: ReportOptions): string {
  const lines = [
    ...listed('added  ', added),
    ...listed('removed', removed),
    ...listed(
      'changed',
      [...changed].map(([tool, parts]) => `${tool}: ${shortened(parts, MOST_PARTS).join(', ')}`),
    ),
  ];
  // The header holds a hash of the whole catalogue, and types cannot say all of it.
  if (lines.length === 0) lines.push('  only its layout, or what types cannot say');
  return `${file} is not what the gateway offers now:\n${lines.join('\n')}\nRenew it with: ${command} --out ${file}`;
}

function listed(label: string, items: readonly string[]): string[] {
  return shortened(items, MOST_TOOLS).map((item) => `  ${label}  ${printable(item)}`);
}

function shortened(items: readonly string[], most: number): readonly string[] {
  return items.length <= most ? items : [...items.slice(0, most), `and ${items.length - most} more`];
}
