import type { RequestMarks, RequestObservation } from '@callsheet/protocol';
import { defineHistogram } from '../catalogue/define.ts';
import type { HistogramCell } from '../metrics/histogram-cell.ts';
import type { MetricRegistry } from '../metrics/registry.ts';

/** Time of requests that is the gateway's own, by part of the road. */
export class Overhead {
  readonly #parse: HistogramCell;
  readonly #auth: HistogramCell;
  readonly #validate: HistogramCell;
  readonly #route: HistogramCell;
  readonly #serialize: HistogramCell;
  readonly #total: HistogramCell;

  constructor(registry: MetricRegistry) {
    const family = defineHistogram(registry, 'mcp_gateway_overhead_seconds');
    this.#parse = family.cell('parse');
    this.#auth = family.cell('auth');
    this.#validate = family.cell('validate');
    this.#route = family.cell('route');
    this.#serialize = family.cell('serialize');
    this.#total = family.cell('total');
  }

  /** All of it for one request, in seconds. */
  total(seconds: number): void {
    this.#total.observe(Math.max(0, seconds));
  }

  /** What looking at a credential took. */
  auth(durationMs: number): void {
    this.#auth.observe(durationMs / 1000);
  }

  /** The parts of the road a request came to; it may have ended on the way. */
  phases({ startedAt, endedAt }: RequestObservation, { parsed, checked, sent, answered }: RequestMarks): void {
    observe(this.#parse, startedAt, parsed);
    observe(this.#validate, parsed, checked);
    observe(this.#route, checked, sent);
    observe(this.#serialize, answered, endedAt);
  }
}

/** From and to are milliseconds; 0 for a place that was not reached. */
function observe(cell: HistogramCell, from: number, to: number): void {
  if (from > 0 && to >= from) cell.observe((to - from) / 1000);
}
