import { defineCounter } from '../catalogue/define.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import type { Handlers } from './handlers.ts';
import { Notes } from './notes.ts';
import type { ToolBook } from './tool-book.ts';
import type { ToolCells } from './tool-cells.ts';

/** Counts what is sent to workers, and what they have at the moment. */
export function attemptHandlers(registry: MetricRegistry, tools: ToolBook): Handlers {
  const picks = defineCounter(registry, 'mcp_service_picks_total');
  const notes = new Notes<ToolCells>(tools);
  return {
    attemptStart(attempt) {
      const cells = tools.of(attempt.tool);
      cells.active.inc();
      notes.leave(attempt, cells);
      picks.cell(attempt.worker, attempt.strategy).inc();
    },
    attemptEnd(attempt) {
      notes.find(attempt)?.active.dec();
    },
  };
}
