import { METRICS } from '../catalogue/metrics.ts';
import type { MetricTable } from '../catalogue/row.ts';
import { filterFault, type LabelFilter } from './label-filter.ts';
import type { BurnMeaning, BurnPair } from './meaning.ts';
import { meaningOf } from './meaning.ts';
import type { AlertRule } from './rule.ts';
import type { Severity } from './rule-options.ts';

/** Events of an objective: a counter, or some of its series. */
export interface SloEvents {
  readonly metric: string;
  readonly where?: LabelFilter;
}

/** What share of events is to be good. Either `good` or `bad` says which are. */
export interface SloOptions {
  /** Unique; letters, digits and `_`, 60 at most. */
  readonly name: string;
  /** 0.5 to 0.99999, e.g. 0.999. */
  readonly objective: number;
  readonly total: SloEvents;
  readonly good?: SloEvents;
  readonly bad?: SloEvents;
  /** With fewer events in the long window nothing is concluded; 1 when not said. Say more where there is little traffic. */
  readonly minSamples?: number;
  readonly runbook?: string;
  readonly channels?: readonly string[];
}

export interface Slo {
  readonly name: string;
  readonly objective: number;
  /** What pages people, and what gives them a ticket. */
  readonly rules: readonly [AlertRule, AlertRule];
}

const HOUR = 3600;
const DAY = 24 * HOUR;
const NAME = /^[A-Za-z_]\w{0,59}$/;

/**
 * Multi-window, multi-burn-rate alerts: an alert when the error budget goes so many times faster than it may, both lately
 * and for long enough to matter (Google, The Site Reliability Workbook, chapter 5). The long window keeps it from firing for
 * nothing, the short one ends it soon after things are well. What was before this process began, Prometheus alone knows.
 * @throws RangeError that says what is wrong with the options.
 */
export function slo(options: SloOptions, table: MetricTable = METRICS): Slo {
  const { name, objective } = options;
  try {
    checkSlo(options);
    // 1 - 0.999 is 0.0010000000000000009: the limits are those people would write.
    const limit = (factor: number) => Number((factor * (1 - objective)).toPrecision(10));
    const rule = (speed: string, severity: Severity, pairs: readonly BurnPair[]) =>
      burnRule(`${name}_burns_${speed}`, severity, options, { ...burn(options, table), pairs });
    const fast = rule('fast', 'critical', [
      { long: HOUR, short: 300, limit: limit(14.4) },
      { long: 6 * HOUR, short: 1800, limit: limit(6) },
    ]);
    const slow = rule('slow', 'warning', [
      { long: DAY, short: 2 * HOUR, limit: limit(3) },
      { long: 3 * DAY, short: 6 * HOUR, limit: limit(1) },
    ]);
    return { name, objective, rules: [fast, slow] };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`Cannot watch the objective "${name}": ${error.message}`);
  }
}

function burnRule(name: string, severity: Severity, options: SloOptions, meaning: BurnMeaning): AlertRule {
  const { objective, minSamples = 1, runbook, channels } = options;
  const [first] = meaning.pairs;
  return {
    name,
    metric: `slo.${options.name}`,
    condition: meaning.pairs.map(({ long, short, limit }) => `> ${limit} over ${long} s and ${short} s`).join(' or '),
    duration: first?.long ?? HOUR,
    cooldown: severity === 'critical' ? HOUR : DAY,
    severity,
    enabled: true,
    by: [],
    where: {},
    labels: { slo: options.name },
    holdFor: 0,
    keepFiringFor: 0,
    minSamples,
    runbook,
    summary: `${options.name}: {{ $value | humanizePercentage }} of its events are bad, and ${Number((100 * limitOf(objective)).toPrecision(10))}% may be`,
    channels,
    test: { operator: '>', threshold: first?.limit ?? 0 },
    meaning,
  };
}

function burn({ name, good, bad, total }: SloOptions, table: MetricTable): Omit<BurnMeaning, 'pairs'> {
  const counted = counter((good ?? bad) as SloEvents, table);
  const whole = counter(total, table);
  return { kind: 'burn', slo: name, ...counted, counts: good === undefined ? 'bad' : 'good', whole, scale: 1 };
}

function counter({ metric, where = {} }: SloEvents, table: MetricTable) {
  const { kind, family, familyLabels } = meaningOf(metric, table);
  if (kind !== 'increase') throw new RangeError(`"${metric}" is no counter; name one that counts events`);
  const fault = filterFault(where, familyLabels);
  if (fault !== undefined) throw new RangeError(`where of "${metric}" ${fault}`);
  return { family, familyLabels, where };
}

function limitOf(objective: number): number {
  return Number((1 - objective).toPrecision(10));
}

function checkSlo({ name, objective, good, bad, minSamples = 1, runbook }: SloOptions): void {
  if (!NAME.test(name))
    throw new RangeError('its name needs a letter or "_" first, then letters, digits and "_", 60 in all');
  if (!(objective >= 0.5 && objective <= 0.99999)) {
    throw new RangeError(`its objective is ${objective}; give a share from 0.5 to 0.99999`);
  }
  if ((good === undefined) === (bad === undefined)) throw new RangeError('say which events are good, or which are bad');
  if (!Number.isSafeInteger(minSamples) || minSamples < 1) {
    throw new RangeError(`minSamples is ${minSamples}; give a whole number, 1 or more`);
  }
  if (runbook !== undefined && !URL.canParse(runbook)) throw new RangeError(`runbook "${runbook}" is no URL`);
}
