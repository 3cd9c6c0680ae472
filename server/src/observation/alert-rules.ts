import {
  type AlertRule,
  alertRule,
  defaultRules,
  FAULTS,
  type LabelFilter,
  METRICS,
  type Slo,
  slo,
} from '@callsheet/monitoring';
import type { Config } from '../config/settings.ts';
import { didYouMean, nearest } from '../config/suggest.ts';

const SUCCESS_RATE = 'mcp.operations.success_rate';

/**
 * The usual rules and those of the settings; one of the same name takes the place of a usual one. @throws RangeError naming the
 * rule and what is wrong with it
 */
export function alertRules({ alerts }: Pick<Config, 'alerts'>): readonly AlertRule[] {
  const rules = new Map(alerts.defaults ? defaultRules().map((rule) => [rule.name, rule]) : []);
  for (const [name, settings] of Object.entries(alerts.rules)) {
    checkChannels(name, settings.channels, Object.keys(alerts.channels));
    rules.set(name, ruleOf(name, settings));
  }
  return [...rules.values()];
}

/** A rule that tells a channel there is none of would tell nobody, and nobody would know. */
function checkChannels(name: string, wanted: readonly string[], configured: readonly string[]): void {
  // Where nobody is configured, the log is told.
  const known = configured.length > 0 ? configured : ['log'];
  const strange = wanted.find((channel) => !known.includes(channel));
  if (strange === undefined) return;
  const sentence = `Cannot use [alerts.rules.${name}]: it tells the channel "${strange}", and there is none of that name`;
  throw new RangeError(`${sentence}; there are ${known.join(', ')}: see [alerts.channels]`);
}

/** For a metric there is none of: which one may have been meant. */
function meant(metric: string): string {
  const [, stem = metric, view = ''] = /^(.+)(\.(?:rate|p\d\d))$/.exec(metric) ?? [];
  const names = Object.entries(METRICS).flatMap(([name, row]) => ('dotted' in row ? [name, row.dotted] : [name]));
  if (names.includes(stem)) return '';
  const near = nearest(stem, [...names, SUCCESS_RATE]);
  return didYouMean(near === undefined || near === stem ? undefined : `"${near}${view}"`);
}

function ruleOf(name: string, settings: Config['alerts']['rules'][string]): AlertRule {
  const { metric, condition, durationS, cooldownS, severity, enabled, by, channels, summary, runbook } = settings;
  const { holdForS, minSamples } = settings;
  try {
    return alertRule({
      ...{ name, metric, condition, severity, enabled, by },
      duration: durationS,
      cooldown: cooldownS,
      ...(settings.where.length > 0 && { where: filterOf(settings.where) }),
      ...(minSamples > 1 && { minSamples }),
      ...(holdForS > 0 && { holdFor: holdForS }),
      ...(channels.length > 0 && { channels }),
      ...(summary !== undefined && { summary }),
      ...(runbook !== undefined && { runbook }),
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const reason = error.message.replace(/^Cannot make the alert rule "[^"]*": /, '');
    throw new RangeError(`Cannot use [alerts.rules.${name}]: ${reason}${meant(metric)}`, { cause: error });
  }
}

/** `code=A`, `code=B` is either; `code!=A`, `code!=B` is neither. @throws RangeError for a label that is both. */
function filterOf(texts: readonly string[]): LabelFilter {
  const wanted = new Map<string, { readonly isWanted: boolean; readonly values: string[] }>();
  for (const text of texts) {
    const [, label = '', not, value = ''] = /^(\w+)(!?)=(.*)$/.exec(text) ?? [];
    const choice = wanted.get(label) ?? { isWanted: not === '', values: [] };
    if (choice.isWanted !== (not === '')) {
      throw new RangeError(`the label "${label}" cannot be one of some values and none of others`);
    }
    choice.values.push(value);
    wanted.set(label, choice);
  }
  return Object.fromEntries(
    Array.from(wanted, ([label, { isWanted, values }]) => [label, isWanted ? values : { not: values }]),
  );
}

/** Requests within the long window: one that fails among fewer of them is no reason to wake anybody. */
const ENOUGH = 100;

/** The objective of the settings: what does not succeed uses up what may fail. Undefined when there is none. */
export function availability({ alerts }: Pick<Config, 'alerts'>): Slo | undefined {
  if (alerts.availability === undefined) return undefined;
  return slo({
    name: 'availability',
    objective: Number(alerts.availability) / 100,
    total: { metric: 'mcp.operations.started' },
    // What callers do wrong is not the gateway's, and what is under way has not failed.
    bad: { metric: FAULTS.family, where: FAULTS.where },
    minSamples: ENOUGH,
  });
}
