import type { MetricType } from './reading.ts';

/** What a family is, said once. */
export interface FamilyDefinition {
  /** As Prometheus knows it; counters end in `_total`, nothing else does. */
  readonly name: string;
  readonly help: string;
  /** Base unit, e.g. `seconds`; the name ends in it (before `_total`). */
  readonly unit?: string | undefined;
  /** Names of the labels, in the order in which values are given. */
  readonly labels: readonly string[];
  /** How many series there may be; what comes later is one series with `__overflow__` for every label. 500 unless told. */
  readonly cap?: number | undefined;
}

export const DEFAULT_CAP = 500;
const MOST_SERIES = 100_000;
const MOST_LABELS = 10;

/** Without the colon, which Prometheus keeps for recording rules. */
const METRIC_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
/** What begins with two underscores is Prometheus' own. */
const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;
const RESERVED_LABELS: readonly string[] = ['le', 'quantile'];
/** Samples of histograms and OpenMetrics' times of creation have these: a family of such a name would look like a part of another. */
const RESERVED_SUFFIX = /_(bucket|count|sum|created)$/;

/**
 * Refuses what Prometheus, its linter or OpenMetrics would refuse later.
 * Throws TypeError for what is of the wrong kind and RangeError for what breaks a rule
 * (prometheus.io/docs/practices/naming, OpenMetrics 1.0).
 */
export function checkDefinition(type: MetricType, definition: FamilyDefinition): void {
  const { name, help, unit, labels, cap = DEFAULT_CAP } = definition;
  if (typeof name !== 'string')
    throw new TypeError(`Cannot define a ${type}: its name is no text, but ${String(name)}`);
  const refuse = (why: string): never => {
    throw new RangeError(`Cannot define the ${type} "${name}": ${why}`);
  };
  if (!METRIC_NAME.test(name)) refuse('names have letters, digits and underscores, and do not begin with a digit');
  if (RESERVED_SUFFIX.test(name))
    refuse('_bucket, _count, _sum and _created end the names of samples; name what is measured');
  if (type === 'counter' && !name.endsWith('_total')) refuse('counters end in "_total"; append it');
  if (type !== 'counter' && name.endsWith('_total')) refuse('only counters end in "_total"; take it off');
  if (typeof help !== 'string' || help.trim() === '') refuse('it has no help; say in a sentence what it counts');
  if (unit !== undefined && !baseName(name).endsWith(`_${unit}`))
    refuse(`its unit is "${unit}"; end its name in "_${unit}"`);
  if (!Array.isArray(labels)) refuse('its labels are no list of names');
  if (labels.length > MOST_LABELS) refuse(`it has ${labels.length} labels; the most are ${MOST_LABELS}`);
  for (const [at, label] of labels.entries()) {
    if (typeof label !== 'string' || !LABEL_NAME.test(label)) {
      refuse(
        `its label "${label}" is none; labels have letters, digits and underscores, and do not begin with a digit or "__"`,
      );
    }
    if (RESERVED_LABELS.includes(label)) refuse(`the label "${label}" is Prometheus' own; choose another`);
    if (labels.indexOf(label) !== at) refuse(`the label "${label}" is there twice`);
  }
  if (!Number.isInteger(cap) || cap < 1 || cap > MOST_SERIES) {
    refuse(`its cap is ${cap}; expected a whole number from 1 to ${MOST_SERIES}`);
  }
}

/** Name of the family in OpenMetrics, which has no `_total`: two families must not share it. */
export function baseName(name: string): string {
  return name.endsWith('_total') ? name.slice(0, -'_total'.length) : name;
}
