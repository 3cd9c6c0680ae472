import { defineCounter, defineGauge, defineHistogram } from '../catalogue/define.ts';
import type { CounterFamily } from '../metrics/counter-family.ts';
import type { HistogramFamily } from '../metrics/histogram-family.ts';
import { OVERFLOW } from '../metrics/label-values.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import type { Row } from '../metrics/value-family.ts';
import type { Readings } from './readings.ts';
import { CALL_STATUSES, ToolCells } from './tool-cells.ts';

/** The label of whatever is not known. */
export const OTHER = 'other';

/** A tool that nobody offers any more keeps its series so long: workers come back. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** Tools nobody offers any more whose series are kept. A worker may offer others every time it comes back. */
const MOST_MISSING = 200;

export interface ToolBookParts {
  readonly registry: MetricRegistry;
  readonly readings: Readings;
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
}

/**
 * The tools there are, and the cells of each. Names come from callers: what is not offered is `other`, however many such
 * names there are. All tools have their series from the first reading, at 0, so that a rate sees their first call.
 */
export class ToolBook {
  readonly #tools: NonNullable<Readings['tools']>;
  readonly #now: () => number;
  readonly #calls: CounterFamily;
  readonly #duration: HistogramFamily;
  readonly #cells = new Map<string, ToolCells>();
  readonly #other: ToolCells;

  constructor({ registry, readings, now }: ToolBookParts) {
    this.#tools = readings.tools ?? (() => new Map());
    this.#now = now;
    const refresh = () => this.refresh();
    this.#calls = defineCounter(registry, 'mcp_tools_calls_total', refresh);
    this.#duration = defineHistogram(registry, 'mcp_tools_duration_seconds', refresh);
    const { active } = readings;
    if (active !== undefined) {
      defineGauge(registry, 'mcp_tools_active', (family) => {
        refresh();
        family.replace([...this.#working(active())]);
      });
    }
    this.#other = this.#make(OTHER, false);
  }

  of(name: unknown): ToolCells {
    if (typeof name !== 'string') return this.#other;
    return this.#cells.get(name) ?? this.#enter(name);
  }

  /** The name itself when it is a tool's, else `other`. */
  label(name: string): string {
    return this.of(name).name;
  }

  /** Names of the tools whose calls become jobs. */
  *jobs(): Iterable<string> {
    for (const [name, { execution }] of this.#tools()) if (execution === 'job') yield name;
  }

  /** Takes in what is new, and lets go of what has been missing for long. */
  refresh(): void {
    const tools = this.#tools();
    this.#findPlaces();
    for (const [name, { execution }] of tools) this.of(name).isJob = execution === 'job';
    for (const cells of this.#cells.values()) {
      if (tools.has(cells.name)) cells.missingSince = undefined;
      else this.#miss(cells);
    }
    const surplus = this.#cells.size - tools.size - MOST_MISSING;
    if (surplus > 0) this.#forgetOldest(surplus);
  }

  #enter(name: string): ToolCells {
    const tool = this.#tools().get(name);
    if (tool === undefined) return this.#other;
    const cells = this.#make(name, tool.execution === 'job');
    this.#cells.set(name, cells);
    return cells;
  }

  #make(name: string, isJob: boolean): ToolCells {
    const calls = this.#calls;
    const statuses = {
      success: calls.cell(name, 'success'),
      error: calls.cell(name, 'error'),
      timeout: calls.cell(name, 'timeout'),
      cancelled: calls.cell(name, 'cancelled'),
      refused: calls.cell(name, 'refused'),
    };
    return new ToolCells(this, name, isJob, statuses, this.#duration.cell(name));
  }

  /** Zero is a value: a tool that does nothing is there too. */
  *#working(active: ReadonlyMap<string, number>): Generator<Row> {
    for (const name of this.#cells.keys()) yield { labelValues: [name], value: active.get(name) ?? 0 };
  }

  #miss(cells: ToolCells): void {
    cells.missingSince ??= this.#now();
    if (cells.name !== OTHER && this.#now() - cells.missingSince >= KEPT_MS) this.#forget(cells);
  }

  /** Those that came when every place was taken are looked at anew once there is one. */
  #findPlaces(): void {
    const room = (family: CounterFamily | HistogramFamily) => family.cap - family.size;
    let places = Math.min(room(this.#duration), Math.floor(room(this.#calls) / CALL_STATUSES.length));
    for (const { name, statuses, duration } of this.#cells.values()) {
      if (places <= 0) return;
      if (![statuses.refused, duration].some(({ labelValues }) => labelValues[0] === OVERFLOW)) continue;
      this.#cells.delete(name);
      places -= 1;
    }
  }

  #forgetOldest(count: number): void {
    const missing = [...this.#cells.values()].filter(({ missingSince }) => missingSince !== undefined);
    missing.sort((one, other) => (one.missingSince ?? 0) - (other.missingSince ?? 0));
    for (const cells of missing.slice(0, count)) if (cells.name !== OTHER) this.#forget(cells);
  }

  #forget(cells: ToolCells): void {
    this.#cells.delete(cells.name);
    for (const status of CALL_STATUSES) this.#calls.remove(cells.name, status);
    this.#duration.remove(cells.name);
  }
}
