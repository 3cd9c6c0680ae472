import { FAULT_CODES } from './faults.ts';
import { METRIC_AREAS } from './metrics.ts';
import { OTHER_NAMES, SUCCESS_RATE } from './resolve.ts';
import type { MetricRow, MetricTable } from './row.ts';

/** docs/metrics.md: the whole page, so that a test can hold it against the table. */
export function metricsDocument(): string {
  const areas = Object.entries(METRIC_AREAS).map(([title, table]) => `## ${title}\n\n${tableOf(table)}`);
  return `# Metrics

Everything Callsheet counts, by the name Prometheus sees. Where the table has a second name, \`metrics/snapshot\`, \`metrics.jsonl\` and
alert rules know the metric by that one too.

Times are seconds, sizes bytes, shares 0 to 1. Every combination of label values is a series of its own: a metric has no
more than its cap (500 unless the table says so), whatever comes later shares one series whose labels are \`__overflow__\`, and
\`mcp_monitoring_series_dropped_total\` says how often. Tools and methods that do not exist are \`other\`. Callers are never labels:
\`metrics/top\` names those who ask most.

Histograms that are *native* are also exposed with exponential buckets, in one series, to a Prometheus that asks for them.

In alert rules a name may end in \`.rate\` (per second, of a counter) or in \`.p50\`, \`.p90\`, \`.p95\` or \`.p99\` (of a histogram).
\`${SUCCESS_RATE}\` is the share of requests that succeeded, among those that ended. What callers do wrong themselves counts neither way:
only the codes ${FAULT_CODES.map((code) => `\`${code}\``).join(', ')} count as failed.
These names are known as well:

${otherNames()}

This page is written by \`npm run docs\` from the table the gateway counts by.

${areas.join('\n\n')}
`;
}

function otherNames(): string {
  const names = Object.entries(OTHER_NAMES).map(([name, { name: prometheus, scale }]) => {
    return `- \`${name}\`: \`${prometheus}\`${scale === 1 ? '' : ` times ${scale}`}`;
  });
  return names.join('\n');
}

function tableOf(table: MetricTable): string {
  const rows = Object.entries(table).map(([name, row]) => line(name, row));
  return ['| metric | type | labels | what it says |', '|---|---|---|---|', ...rows].join('\n');
}

function line(name: string, row: MetricRow): string {
  const names = row.dotted === undefined ? `\`${name}\`` : `\`${name}\` \`${row.dotted}\``;
  const type = row.native === true ? `${row.type}, native` : row.type;
  const labels = row.labels.map((label) => `\`${label}\``).join(', ');
  return `| ${names} | ${type} | ${labels} | ${row.help}${buckets(row)}${cap(row)} |`;
}

function buckets({ bounds }: MetricRow): string {
  return bounds === undefined ? '' : `. Buckets: ${bounds.join(', ')}`;
}

function cap(row: MetricRow): string {
  return row.cap === undefined ? '' : `. Cap: ${row.cap}`;
}
