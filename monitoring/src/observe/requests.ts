import type { CallError, RequestObservation } from '@callsheet/protocol';
import type { Handlers } from './handlers.ts';
import { Notes } from './notes.ts';
import type { Overhead } from './overhead.ts';
import type { Refusals } from './refusals.ts';
import type { Routes } from './routes.ts';
import { type CallCells, statusOf } from './tool-cells.ts';
import type { TopCallers } from './top.ts';
import { sampledTraceId } from './trace-id.ts';

export interface RequestParts {
  readonly routes: Routes;
  readonly refusals: Refusals;
  readonly overhead: Overhead;
  /** Counts the heaviest callers, where somebody wants them. */
  readonly top: TopCallers | undefined;
}

/** Counts requests: two look-ups when one begins, none when it was answered well. */
export function requestHandlers({ routes, refusals, overhead, top }: RequestParts): Handlers {
  const notes = new Notes<CallCells>(routes);
  const failed = ({ route, tool }: CallCells, request: RequestObservation, error: CallError): void => {
    route.error(error.errorName).inc();
    refusals.count(route.method, request, error);
    if (tool === undefined) return;
    const status = statusOf(error.errorName);
    if (status === 'refused') {
      tool.statuses.refused.inc();
    } else if (!tool.isJob) {
      // What else becomes of a job is told when it ends.
      tool.statuses[status].inc();
      tool.duration.observe(secondsOf(request), sampledTraceId(request.traceparent));
    }
  };
  return {
    requestStart(request) {
      const cells = routes.of(request);
      cells.route.started.inc();
      cells.route.active.inc();
      notes.leave(request, cells);
    },
    requestEnd(request) {
      const begun = notes.find(request);
      const cells = begun ?? routes.of(request);
      const { route, tool } = cells;
      if (begun !== undefined) route.active.dec();
      const seconds = secondsOf(request);
      const traceId = sampledTraceId(request.traceparent);
      route.duration.observe(seconds, traceId);
      if (!route.waits || request.workMs > 0) overhead.total(seconds - request.workMs / 1000);
      if (request.marks !== undefined) overhead.phases(request, request.marks);
      top?.count(request);
      if (request.error !== undefined) {
        failed(cells, request, request.error);
        return;
      }
      route.success.inc();
      if (tool === undefined || tool.isJob) return;
      tool.statuses.success.inc();
      tool.duration.observe(seconds, traceId);
    },
  };
}

function secondsOf({ startedAt, endedAt }: RequestObservation): number {
  return Math.max(0, endedAt - startedAt) / 1000;
}
