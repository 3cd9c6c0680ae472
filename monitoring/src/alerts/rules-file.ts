import type { BurnMeaning } from './meaning.ts';
import { burnRecord, increase, type PrometheusAlert, shareOf, toPromQL } from './promql.ts';
import type { AlertRule } from './rule.ts';
import type { Slo } from './slo.ts';

/** A recording rule. */
export interface PrometheusRecord {
  readonly record: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A rules file of Prometheus. */
export interface PrometheusRules {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly (PrometheusAlert | PrometheusRecord)[];
  }[];
}

/** All rules that are enabled, and for each objective a group that records shares of bad events and looks at them. */
export function prometheusRules(rules: readonly AlertRule[], slos: readonly Slo[] = []): PrometheusRules {
  const enabled = rules.filter((rule) => rule.enabled && rule.meaning.kind !== 'burn');
  const alerts = { name: 'callsheet', rules: enabled.map(toPromQL) };
  return { groups: [...(enabled.length > 0 ? [alerts] : []), ...slos.map(sloGroup)] };
}

function sloGroup({ name, rules }: Slo) {
  const meanings = rules.flatMap(({ meaning }) => (meaning.kind === 'burn' ? [meaning] : []));
  const records = meanings.flatMap((meaning) =>
    timesOf(meaning).map((seconds) => ({
      record: burnRecord(seconds),
      expr: badShare(meaning, seconds),
      labels: { slo: name },
    })),
  );
  const once = [...new Map(records.map((record) => [record.record, record])).values()];
  return { name: `callsheet-slo-${name}`, rules: [...once, ...rules.map(toPromQL)] };
}

function timesOf({ pairs }: BurnMeaning): number[] {
  return pairs.flatMap(({ long, short }) => [short, long]);
}

function badShare({ family, where, whole, counts }: BurnMeaning, seconds: number): string {
  const share = shareOf(
    `sum(${increase(family, where, seconds)})`,
    `sum(${increase(whole.family, whole.where, seconds)})`,
  );
  return counts === 'bad' ? share : `1 - ${share}`;
}
