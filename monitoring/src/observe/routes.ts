import { METHODS, type RequestObservation, type Transport } from '@callsheet/protocol';
import { defineCounter, defineGauge, defineHistogram } from '../catalogue/define.ts';
import type { CounterFamily } from '../metrics/counter-family.ts';
import type { GaugeFamily } from '../metrics/gauge-family.ts';
import type { HistogramFamily } from '../metrics/histogram-family.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import { Route } from './route.ts';
import { OTHER, type ToolBook } from './tool-book.ts';
import { CallCells } from './tool-cells.ts';

/** A set, because asking an object for a name keeps that name in the engine's table of them for a while. */
const NAMES: ReadonlySet<string> = new Set(Object.keys(METHODS));

/** Cells of requests by door, method and tool. Methods nobody offers are `other`. */
export class Routes {
  readonly #tools: ToolBook;
  readonly #started: CounterFamily;
  readonly #success: CounterFamily;
  readonly #errors: CounterFamily;
  readonly #duration: HistogramFamily;
  readonly #active: GaugeFamily;
  readonly #doors: Readonly<Record<Transport, Map<string, CallCells>>>;

  constructor(registry: MetricRegistry, tools: ToolBook) {
    this.#tools = tools;
    this.#started = defineCounter(registry, 'mcp_operations_started_total');
    this.#success = defineCounter(registry, 'mcp_operations_success_total');
    this.#errors = defineCounter(registry, 'mcp_operations_error_total');
    this.#duration = defineHistogram(registry, 'mcp_operations_duration_seconds');
    this.#active = defineGauge(registry, 'mcp_operations_active');
    this.#doors = {
      websocket: new Map(),
      http: new Map(),
      mcp: new Map(),
      sse: new Map(),
      stdio: new Map(),
      tcp: new Map(),
      internal: new Map(),
    };
    // Every method has its series from the start, at 0, so that a rate sees its first request.
    for (const method of [...NAMES, OTHER]) {
      const { route } = this.#enter('websocket', method);
      route.error('INTERNAL');
      if (route.callsTool)
        for (const name of ['TOOL_FAILED', 'UPSTREAM_ERROR', 'DEADLINE_EXCEEDED'] as const) route.error(name);
    }
  }

  /** What this request counts in. */
  of({ transport, method, params }: RequestObservation): CallCells {
    const cells = this.#doors[transport].get(method) ?? this.#enter(transport, method);
    return cells.route.callsTool ? this.#tools.of(toolName(params)).through(cells.route) : cells;
  }

  #enter(transport: Transport, name: string): CallCells {
    const method = NAMES.has(name) ? name : OTHER;
    const door = this.#doors[transport];
    const known = door.get(method);
    if (known !== undefined) return known;
    const route = new Route({
      owner: this,
      method,
      transport,
      started: this.#started.cell(method, transport),
      success: this.#success.cell(method, transport),
      active: this.#active.cell(method),
      duration: this.#duration.cell(method, transport),
      errors: this.#errors,
    });
    const cells = new CallCells(this, route, undefined);
    door.set(method, cells);
    return cells;
  }
}

function toolName(params: RequestObservation['params']): unknown {
  return params === undefined || Array.isArray(params) ? undefined : params.name;
}
