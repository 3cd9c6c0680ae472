import type { Part } from './bars.ts';

/** Every part with its bars, as tables for the documentation. */
export function markdown(parts: readonly Part[]): string {
  return parts
    .flatMap(({ title, rows, bars }) => [title, table(rows), table(bars.map((bar) => ({ ...bar })))])
    .filter((text) => text !== '')
    .join('\n\n');
}

function table(rows: Part['rows']): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (names.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const shown = (value: string | number | boolean | undefined): string =>
    typeof value === 'number' ? value.toLocaleString('en') : String(value ?? '–');
  return [
    line(names),
    `|${'---|'.repeat(names.length)}`,
    ...rows.map((row) => line(names.map((name) => shown(row[name])))),
  ].join('\n');
}
