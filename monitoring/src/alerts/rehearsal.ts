import type { FamilyReading, MetricType, SeriesReading } from '../metrics/reading.ts';
import type { AlertState } from './alert.ts';
import { AlertEngine } from './engine.ts';
import type { AlertRule } from './rule.ts';

/** One series, and what it has at each step. Undefined: it is not there. */
export interface RehearsedSeries {
  readonly family: string;
  readonly type: MetricType;
  readonly labels: Readonly<Record<string, string>>;
  /** Of a histogram. */
  readonly bounds?: readonly number[];
  /** Of a histogram: observations by bucket since its beginning, the infinite one last; of all others one number. */
  readonly samples: readonly (readonly number[] | undefined)[];
}

/** What metrics do, step by step, and which rules look at them. */
export interface Rehearsal {
  readonly name: string;
  readonly rules: readonly AlertRule[];
  readonly stepSeconds: number;
  readonly series: readonly RehearsedSeries[];
}

/** An alert at one step. */
export interface RehearsedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: AlertState;
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Runs the engine over all steps: which alerts are pending or firing at each of them. */
export function rehearse({ rules, stepSeconds, series }: Rehearsal): RehearsedAlert[][] {
  let step = 0;
  const now = () => step * stepSeconds * 1000;
  const engine = new AlertEngine({
    source: (name) =>
      familyAt(
        series.filter(({ family }) => family === name),
        step,
      ),
    clock: { now, monotonic: now, after: () => () => {} },
    log: SILENT,
    makeId: () => '',
    rules,
    everyMs: stepSeconds * 1000,
  });
  const states: RehearsedAlert[][] = [];
  for (const last = Math.max(...series.map(({ samples }) => samples.length)); step < last; step += 1) {
    engine.evaluate();
    const alerts = engine.list().flatMap((status) => status.alerts);
    states.push(alerts.filter(({ state }) => state !== 'resolved').map(({ labels, state }) => ({ labels, state })));
  }
  return states;
}

function familyAt(all: readonly RehearsedSeries[], step: number): FamilyReading | undefined {
  const there = all.flatMap((one) => seriesAt(one, step) ?? []);
  const [first] = all;
  if (first === undefined || there.length === 0) return undefined;
  const { family: name, type, labels } = first;
  return {
    name,
    help: '',
    unit: undefined,
    type,
    labels: Object.keys(labels),
    size: there.length,
    series: () => there,
  };
}

function seriesAt({ labels, bounds, samples }: RehearsedSeries, step: number): SeriesReading | undefined {
  const sample = samples[step];
  if (sample === undefined) return undefined;
  const counts = Float64Array.from(sample);
  const count = counts.reduce((sum, one) => sum + one, 0);
  const rest = { sum: 0, count, exemplars: undefined, native: undefined };
  return {
    labelValues: Object.values(labels),
    labelText: Object.entries(labels).flat().join(),
    value: count,
    exemplar: undefined,
    histogram: bounds && { bounds, counts, ...rest },
  };
}
