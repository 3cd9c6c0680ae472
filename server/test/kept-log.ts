import type { ToolLog } from '@callsheet/protocol';

/** A log that keeps its sentences for the test to read. */
export function keptLog(): ToolLog & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (_fields: unknown, message: string): void => {
    lines.push(message);
  };
  return { lines, debug: keep, info: keep, warn: keep, error: keep };
}
