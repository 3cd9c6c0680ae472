import type { Rehearsal, RehearsedSeries } from '../../src/alerts/rehearsal.ts';
import { type AlertRule, alertRule } from '../../src/alerts/rule.ts';
import type { AlertRuleOptions } from '../../src/alerts/rule-options.ts';
import { METRICS } from '../../src/catalogue/metrics.ts';

export const STEP = 15;
export const STEPS = 120;

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  whole(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  of<T>(...choices: readonly [T, ...T[]]): T {
    return choices[this.whole(0, choices.length - 1)] ?? choices[0];
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }
}

type Kind = 'gauge' | 'counter' | 'rate' | 'quantile' | 'ratio';
const KINDS: readonly [Kind, ...Kind[]] = ['gauge', 'counter', 'rate', 'quantile', 'ratio'];

/** A rule and what its metrics do, drawn from a seed. Counters begin at 0, as they do in a process. */
export function randomScenario(seed: number): Rehearsal {
  const dice = new Dice(seed);
  const kind = KINDS[seed % KINDS.length] ?? 'gauge';
  const splits = dice.chance(0.5);
  const drawn = { gauge, counter, rate, quantile, ratio }[kind](dice, splits);
  const rule = alertRule({
    name: `scenario_${seed}`,
    cooldown: 60,
    severity: dice.of('critical', 'warning', 'info'),
    ...(dice.chance(0.3) ? { keepFiringFor: STEP * dice.whole(1, 8) } : {}),
    ...drawn.rule,
  });
  return { name: `${kind} ${seed}`, rules: [rule], stepSeconds: STEP, series: drawn.series };
}

/** The same metrics, and a rule that is a little wrong. */
export function withRule(scenario: Rehearsal, change: (rule: AlertRule) => AlertRule): Rehearsal {
  return { ...scenario, rules: scenario.rules.map(change) };
}

type Drawn = {
  readonly rule: Pick<AlertRuleOptions, 'metric' | 'condition' | 'duration'> & Partial<AlertRuleOptions>;
  readonly series: readonly RehearsedSeries[];
};

const OPERATORS = ['>', '>=', '<', '<=', '==', '!='] as const;

function gauge(dice: Dice, splits: boolean): Drawn {
  const series = ['websocket', 'http', 'sse'].slice(0, dice.whole(1, 3)).map((transport) => {
    let value = dice.whole(0, 6);
    let isGone = false;
    const samples = steps(() => {
      if (dice.chance(0.25)) value = Math.max(0, value + dice.whole(-3, 3));
      if (dice.chance(isGone ? 0.3 : 0.03)) isGone = !isGone;
      return isGone ? undefined : [value];
    });
    return { family: 'mcp_connections_active', type: 'gauge' as const, labels: { transport }, samples };
  });
  const condition = `${dice.of(...OPERATORS)} ${dice.whole(1, 8)}`;
  const duration = STEP * dice.whole(0, 8);
  return { rule: { metric: 'mcp.connections.active', condition, duration, by: splits ? ['transport'] : [] }, series };
}

function counter(dice: Dice, splits: boolean): Drawn {
  const codes = ['-32603', '-32004', 'tool_error'].slice(0, dice.whole(1, 3));
  const series = codes.map((code) =>
    counterSeries('mcp_operations_error_total', { method: 'tools/call', transport: 'http', code }, dice),
  );
  const condition = `${dice.of(...OPERATORS)} ${dice.whole(1, 12)}`;
  const where = dice.chance(0.4)
    ? { code: dice.of<string | string[] | { not: string }>('-32603', ['-32603', 'tool_error'], { not: '-32004' }) }
    : {};
  return {
    rule: { metric: 'mcp.operations.error', condition, duration: time(dice), by: splits ? ['code'] : [], where },
    series,
  };
}

function rate(dice: Dice, splits: boolean): Drawn {
  const { rule, series } = counter(dice, splits);
  const duration = STEP * dice.of(4, 8, 16);
  const condition = `${dice.of('>', '>=', '<', '<=')} ${dice.whole(1, 12) / duration}`;
  return { rule: { ...rule, metric: 'mcp.operations.error.rate', condition, duration }, series };
}

function ratio(dice: Dice, splits: boolean): Drawn {
  const series = ['tools/call', 'jobs/submit'].slice(0, dice.whole(1, 2)).flatMap((method) => {
    const labels = { method, transport: 'http' };
    const [success, faults] = [[0], [0]];
    let isFailing = false;
    for (let step = 1; step < STEPS; step += 1) {
      if (dice.chance(0.08)) isFailing = !isFailing;
      const more = dice.chance(0.4) ? 0 : dice.of(1, 2, 4, 10, 20);
      const failed = isFailing ? dice.whole(0, more) : 0;
      success.push((success.at(-1) ?? 0) + more - failed);
      faults.push((faults.at(-1) ?? 0) + failed);
    }
    // Counters nobody made yet: all requests failed so far, or none.
    const missing = dice.of('neither', 'neither', 'neither', 'success', 'faults');
    const counter = (family: string, more: object, sums: readonly number[], isMissing: boolean) => ({
      ...{ family, type: 'counter' as const, labels: { ...labels, ...more } },
      samples: sums.map((n) => (isMissing ? undefined : [n])),
    });
    const pace = dice.of(0, 3);
    const mistakes = success.map((_sum, step) => step * pace);
    return [
      counter('mcp_operations_success_total', {}, success, missing === 'success'),
      counter('mcp_operations_error_total', { code: dice.of('-32603', 'tool_error') }, faults, missing === 'faults'),
      // What callers do wrong counts neither.
      counter('mcp_operations_error_total', { code: '-32602' }, mistakes, false),
    ];
  });
  const condition = `${dice.of('<', '<=', '!=', '>=')} ${dice.of(0.95, 0.9, 0.5, 1)}`;
  const minSamples = dice.of(1, 1, 10, 25);
  const rule = { metric: 'mcp.operations.success_rate', condition, duration: time(dice), minSamples };
  return { rule: { ...rule, holdFor: STEP * dice.of(0, 1, 2, 5), by: splits ? ['method'] : [] }, series };
}

function quantile(dice: Dice, splits: boolean): Drawn {
  const bounds = METRICS.mcp_tools_duration_seconds.bounds ?? [];
  const series = ['voice', 'music'].slice(0, dice.whole(1, 2)).map((tool) => {
    let counts: readonly number[] = [...bounds, 0].map(() => 0);
    let center = dice.whole(2, 8);
    const samples = steps((step) => {
      if (step === 0) return counts;
      if (dice.chance(0.1)) center = dice.whole(0, bounds.length);
      // Empty again, so that every bucket is seen to begin anew.
      if (dice.chance(0.01)) counts = counts.map(() => 0);
      else if (dice.chance(0.7)) {
        const more = dice.of(1, 2, 5, 19);
        counts = counts.map((count, bucket) => count + (bucket === center ? more : bucket === center - 1 ? 1 : 0));
      }
      return counts;
    });
    return { family: 'mcp_tools_duration_seconds', type: 'histogram' as const, labels: { tool }, bounds, samples };
  });
  const threshold = dice.of(...(bounds as [number, ...number[]]), 0.15, 3, 7);
  const condition = `${threshold === 300 ? '>=' : dice.of('>', '>=', '<', '<=', '!=')} ${threshold}`;
  const metric = `mcp.tools.duration.${dice.of('p50', 'p90', 'p95', 'p99')}`;
  const minSamples = dice.of(1, 1, 10);
  return { rule: { metric, condition, duration: time(dice), minSamples, by: splits ? ['tool'] : [] }, series };
}

function counterSeries(family: string, labels: Readonly<Record<string, string>>, dice: Dice): RehearsedSeries {
  let value = 0;
  const samples = steps((step) => {
    if (step === 0) return [0];
    if (dice.chance(0.03)) value = dice.whole(0, value);
    if (dice.chance(0.35)) value += dice.whole(0, 3);
    return [value];
  });
  return { family, type: 'counter', labels, samples };
}

function time(dice: Dice): number {
  return STEP * dice.whole(2, 20);
}

function steps<T>(at: (step: number) => T): T[] {
  return Array.from({ length: STEPS }, (_none, step) => at(step));
}
