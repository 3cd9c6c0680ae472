import type { ToolLog } from '@callsheet/protocol';
import type { AlertEvent } from '../../src/alerts/alert.ts';
import { AlertEngine, type AlertEngineOptions } from '../../src/alerts/engine.ts';
import { type AlertRule, alertRule } from '../../src/alerts/rule.ts';
import type { AlertRuleOptions } from '../../src/alerts/rule-options.ts';
import { METRICS, type MetricName } from '../../src/catalogue/metrics.ts';
import type { CounterFamily } from '../../src/metrics/counter-family.ts';
import type { GaugeFamily } from '../../src/metrics/gauge-family.ts';
import type { HistogramFamily } from '../../src/metrics/histogram-family.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';

export const EVERY = 15;
const MORNING = Date.UTC(2026, 10, 21, 6);

/** A registry, an engine that looks at it, and hands of a clock. */
export class House {
  readonly registry = new MetricRegistry();
  readonly engine: AlertEngine;
  readonly events: AlertEvent[] = [];
  readonly log: string[] = [];
  /** Milliseconds; the hands of both clocks. */
  steady = 5_000;
  wall: number;
  readonly appointments: { ms: number; run: () => void }[] = [];
  #ids = 0;

  constructor(
    rules: readonly (AlertRule | AlertRuleOptions)[],
    more: Partial<AlertEngineOptions> = {},
    wall = MORNING,
  ) {
    this.wall = wall;
    this.engine = new AlertEngine({
      source: (name) => this.registry.family(name),
      clock: {
        now: () => this.wall,
        monotonic: () => this.steady,
        after: (ms, run) => {
          const appointment = { ms, run };
          this.appointments.push(appointment);
          return () => {
            const at = this.appointments.indexOf(appointment);
            if (at >= 0) this.appointments.splice(at, 1);
          };
        },
      },
      log: this.#writeDown(),
      makeId: () => `silence-${++this.#ids}`,
      rules: rules.map((rule) => ('meaning' in rule ? rule : alertRule(rule))),
      everyMs: EVERY * 1000,
      ...more,
    });
    this.engine.onEvent((event) => this.events.push(event));
  }

  counter(name: MetricName): CounterFamily {
    return this.registry.counter({ name, ...METRICS[name] });
  }

  gauge(name: MetricName): GaugeFamily {
    return this.registry.gauge({ name, ...METRICS[name] });
  }

  histogram(name: MetricName): HistogramFamily {
    const { bounds = [], ...row } = METRICS[name];
    return this.registry.histogram({ name, ...row, bounds });
  }

  /** Lets so many seconds pass, looking every 15, and at last. Answers what happened: `firing!` when people were told. */
  pass(seconds: number): string[] {
    const from = this.events.length;
    for (let left = seconds; left > 0; left -= EVERY) {
      this.move(Math.min(EVERY, left));
      this.engine.evaluate();
    }
    return this.since(from);
  }

  /** Moves the hands, and nobody looks. */
  move(seconds: number): void {
    this.steady += seconds * 1000;
    this.wall += seconds * 1000;
  }

  since(from: number): string[] {
    return this.events.slice(from).map(({ change, notify }) => change + (notify ? '!' : ''));
  }

  /** States of the alerts there are. */
  get states(): string[] {
    return this.engine.list().flatMap(({ alerts }) => alerts.map(({ state }) => state));
  }

  /** Id of the one alert there is. */
  get only(): string {
    const [alert, ...others] = this.engine.list().flatMap(({ alerts }) => alerts);
    if (alert === undefined || others.length > 0) throw new Error(`There is not one alert, but ${this.states}`);
    return alert.id;
  }

  #writeDown(): ToolLog {
    const write = (_fields: object, message: string) => void this.log.push(message);
    return { debug: write, info: write, warn: write, error: write };
  }
}

export const HIGH_ERROR_RATE: AlertRuleOptions = {
  name: 'high_error_rate',
  metric: 'mcp.operations.error',
  condition: '> 10',
  duration: 300,
  cooldown: 900,
  severity: 'warning',
};

export const BUSY: AlertRuleOptions = {
  name: 'busy',
  metric: 'mcp_slow_consumers',
  condition: '> 5',
  duration: 60,
  cooldown: 300,
};
