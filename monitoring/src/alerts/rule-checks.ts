import { type Condition, holds, parseCondition } from './condition.ts';
import { filterFault } from './label-filter.ts';
import type { Meaning } from './meaning.ts';
import type { AlertRuleOptions } from './rule-options.ts';
import { templateFault } from './summary.ts';

/** A day. What is longer is the business of objectives (slo.ts), which keep minutes instead of looks. */
export const LONGEST_DURATION = 86_400;
const LONGEST_COOLDOWN = 604_800;
const NAME = /^[A-Za-z_][\w.:-]{0,99}$/;
const LABEL = /^[A-Za-z_]\w{0,99}$/;
const TAKEN = ['alertname', 'severity'];
const SEVERITIES: readonly unknown[] = ['critical', 'warning', 'info'];
const KEYS: readonly string[] = [
  ...['name', 'metric', 'condition', 'duration', 'cooldown', 'severity', 'enabled', 'by', 'where', 'labels'],
  ...['holdFor', 'keepFiringFor', 'minSamples', 'runbook', 'summary', 'channels'],
];

/** @throws RangeError whose message finishes «Cannot make the alert rule "…": ». */
export function checkRule(options: AlertRuleOptions, meaning: Meaning): void {
  const {
    name,
    duration,
    cooldown,
    severity = 'warning',
    enabled = true,
    minSamples,
    holdFor,
    keepFiringFor,
  } = options;
  for (const key of Object.keys(options)) {
    if (!KEYS.includes(key)) refuse(`there is no option "${key}"; the options are ${KEYS.join(', ')}`);
  }
  if (!NAME.test(name)) {
    refuse('its name needs a letter or "_" first, then letters, digits, "_", "-", "." and ":", 100 in all');
  }
  const shortest = meaning.kind === 'level' ? 0 : 1;
  checkSeconds('duration', duration, shortest, LONGEST_DURATION);
  if (cooldown !== undefined) checkSeconds('cooldown', cooldown, 1, LONGEST_COOLDOWN);
  if (keepFiringFor !== undefined) checkSeconds('keepFiringFor', keepFiringFor, 0, LONGEST_DURATION);
  if (holdFor !== undefined) checkSeconds('holdFor', holdFor, 0, meaning.kind === 'level' ? 0 : LONGEST_DURATION);
  if (!SEVERITIES.includes(severity)) refuse(`severity "${severity}" is none of ${SEVERITIES.join(', ')}`);
  if (typeof enabled !== 'boolean') refuse(`enabled is ${String(enabled)}; say true or false`);
  if (minSamples !== undefined) checkSamples(minSamples, meaning);
  checkWithin(conditionOf(options.condition), meaning);
  checkTexts(options);
  checkLabels(options, meaning);
}

/** @throws RangeError as above. */
export function conditionOf(text: string): Condition {
  const condition = typeof text === 'string' ? parseCondition(text) : undefined;
  return (
    condition ?? refuse(`condition "${text}" is none; write an operator (> >= < <= == !=) and a number, as "> 10"`)
  );
}

function checkSeconds(option: string, value: number, least: number, most: number): void {
  const isFine = typeof value === 'number' && value >= least && value <= most;
  if (!isFine) refuse(`${option} is ${String(value)}; give ${least} to ${most} seconds`);
}

function checkSamples(minSamples: number, { kind }: Meaning): void {
  if (kind !== 'quantile' && kind !== 'ratio') {
    refuse('minSamples is for quantiles and success rates; leave it out, or say it in the condition');
  }
  if (!Number.isSafeInteger(minSamples) || minSamples < 1) {
    refuse(`minSamples is ${minSamples}; give a whole number, 1 or more`);
  }
}

/** What lies beyond the last bound of a histogram is read as that bound: a rule beyond it would never fire, silently. */
function checkWithin(condition: Condition, meaning: Meaning): void {
  if (meaning.kind !== 'quantile') return;
  const { operator, threshold } = condition;
  const greatest = (meaning.bounds.at(-1) ?? 0) * meaning.scale;
  if (operator.startsWith('>') && !holds(condition, greatest)) {
    refuse(
      `it could never fire: the last bucket of ${meaning.family} ends at ${greatest}; compare with less than ${threshold}`,
    );
  }
}

function checkTexts({ runbook, summary, channels, by = [] }: AlertRuleOptions): void {
  if (runbook !== undefined && !URL.canParse(runbook)) refuse(`runbook "${runbook}" is no URL`);
  const fault = summary === undefined ? undefined : templateFault(summary, by);
  if (fault !== undefined) refuse(fault);
  if (channels === undefined) return;
  const areNames =
    Array.isArray(channels) && channels.every((channel) => typeof channel === 'string' && channel !== '');
  if (!areNames) refuse('channels needs a list of names; leave it out to tell every channel');
}

function checkLabels({ by = [], where = {}, labels = {} }: AlertRuleOptions, { familyLabels }: Meaning): void {
  const unknown = by.find((label) => !familyLabels.includes(label));
  if (unknown !== undefined) refuse(`by names "${unknown}"; the labels are ${familyLabels.join(', ') || 'none'}`);
  if (new Set(by).size !== by.length) refuse(`by names a label twice: ${by.join(', ')}`);
  const fault = filterFault(where, familyLabels);
  if (fault !== undefined) refuse(`where ${fault}`);
  for (const [label, value] of Object.entries(labels)) {
    if (!LABEL.test(label) || label.startsWith('__'))
      refuse(`"${label}" is no name of a label; use letters, digits and "_"`);
    if (TAKEN.includes(label) || by.includes(label)) refuse(`label "${label}" is taken; choose another name`);
    if (typeof value !== 'string') refuse(`label "${label}" needs a text`);
  }
}

function refuse(sentence: string): never {
  throw new RangeError(sentence);
}
