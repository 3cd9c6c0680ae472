import type { ToolInfo } from '@callsheet/protocol';
import { nearest } from './nearest.ts';
import { printable } from './printable.ts';
import { UsageError } from './usage-error.ts';

/** Says that the catalogue has no such tool, and which one may have been meant. */
export function noTool(name: string, catalogue: readonly ToolInfo[]): UsageError {
  const meant = nearest(
    name,
    catalogue.map((tool) => tool.name),
  );
  const hint = meant === undefined ? '' : ` did you mean "${printable(meant)}"?`;
  return new UsageError(`There is no tool "${name}";${hint} callsheet tools lists those you may use`);
}
