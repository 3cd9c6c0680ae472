import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import { printable } from './printable.ts';

/** Lines of a table, each column as wide as its widest cell. */
export function inColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** One cell: what a gateway sent, fit for a terminal. */
export function text(value: Json | undefined): string {
  return printable(String(value ?? ''));
}

/** The objects in a list that an answer has; none when it has no such list. */
export function rowsOf(answer: Json | undefined, member: string): readonly JsonObject[] {
  const rows = isJsonObject(answer) ? answer[member] : undefined;
  return Array.isArray(rows) ? rows.filter(isJsonObject) : [];
}

/** Milliseconds since the epoch as `2026-11-21T21:13:30Z`; nothing where there is no such moment. */
export function timeOf(ms: Json | undefined): string {
  const date = new Date(typeof ms === 'number' ? ms : Number.NaN);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().replace(/\.\d+Z$/, 'Z');
}
