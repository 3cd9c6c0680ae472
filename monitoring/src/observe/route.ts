import type { ErrorName, Transport } from '@callsheet/protocol';
import { codeLabel } from '../catalogue/faults.ts';
import type { CounterCell } from '../metrics/counter-cell.ts';
import type { CounterFamily } from '../metrics/counter-family.ts';
import type { GaugeCell } from '../metrics/gauge-cell.ts';
import type { HistogramCell } from '../metrics/histogram-cell.ts';

export interface RouteParts {
  readonly owner: object;
  readonly method: string;
  readonly transport: Transport;
  readonly started: CounterCell;
  readonly success: CounterCell;
  readonly active: GaugeCell;
  readonly duration: HistogramCell;
  readonly errors: CounterFamily;
}

/** The cells of one method through one door. */
export class Route {
  /** Whose it is. */
  readonly owner: object;
  readonly method: string;
  readonly transport: Transport;
  readonly started: CounterCell;
  readonly success: CounterCell;
  readonly active: GaugeCell;
  readonly duration: HistogramCell;
  /** True for `tools/call`, whose requests are counted by tool too. */
  readonly callsTool: boolean;
  /** True when its requests wait for somebody: then all their time is not ours, unless it is known who had it. */
  readonly waits: boolean;
  readonly #errors: CounterFamily;
  readonly #byError = new Map<ErrorName, CounterCell>();

  constructor({ owner, method, transport, started, success, active, duration, errors }: RouteParts) {
    this.owner = owner;
    this.method = method;
    this.transport = transport;
    this.started = started;
    this.success = success;
    this.active = active;
    this.duration = duration;
    this.callsTool = method === 'tools/call';
    this.waits = this.callsTool || method === 'work/call';
    this.#errors = errors;
  }

  error(name: ErrorName): CounterCell {
    const known = this.#byError.get(name);
    if (known !== undefined) return known;
    const cell = this.#errors.cell(this.method, this.transport, codeLabel(name));
    this.#byError.set(name, cell);
    return cell;
  }
}
