import { type AlertRule, alertRule, defaultRules, type Slo, slo } from '@callsheet/monitoring';
import type { Config } from '../config/settings.ts';

/**
 * The usual rules and those of the settings; one of the same name takes the place of a usual one. @throws RangeError naming the
 * rule and what is wrong with it
 */
export function alertRules({ alerts }: Pick<Config, 'alerts'>): readonly AlertRule[] {
  const rules = new Map(alerts.defaults ? defaultRules().map((rule) => [rule.name, rule]) : []);
  for (const [name, settings] of Object.entries(alerts.rules)) rules.set(name, ruleOf(name, settings));
  return [...rules.values()];
}

function ruleOf(name: string, settings: Config['alerts']['rules'][string]): AlertRule {
  const { metric, condition, durationS, cooldownS, severity, enabled, by, channels, summary, runbook } = settings;
  return alertRule({
    ...{ name, metric, condition, severity, enabled, by },
    duration: durationS,
    cooldown: cooldownS,
    ...(channels.length > 0 && { channels }),
    ...(summary !== undefined && { summary }),
    ...(runbook !== undefined && { runbook }),
  });
}

/** The objective of the settings: what does not succeed uses up what may fail. Undefined when there is none. */
export function availability({ alerts }: Pick<Config, 'alerts'>): Slo | undefined {
  if (alerts.availability === undefined) return undefined;
  return slo({
    name: 'availability',
    objective: Number(alerts.availability) / 100,
    total: { metric: 'mcp.operations.started' },
    good: { metric: 'mcp.operations.success' },
  });
}
