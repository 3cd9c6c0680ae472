// A process that is told of a million things that do not exist. Prints what that left behind, as JSON. Needs `--expose-gc`.
import process from 'node:process';
import { CallError, type JobObservation } from '@callsheet/protocol';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { observe } from '../../src/observe/observe.ts';
import { snapshot } from '../../src/observe/snapshot.ts';
import { TopCallers } from '../../src/observe/top.ts';
import { withTools } from './observing.ts';
import { callOf, exchange, request, run, tell } from './told.ts';

export interface Left {
  /** In bytes, each after a collection. */
  readonly heapGrowth: number;
  readonly rssGrowth: number;
  readonly snapshotBytes: number;
  readonly tracked: number;
  /** By metric. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
  readonly others: { readonly methods: number; readonly tools: number; readonly stages: number };
}

const refused = new CallError('TOOL_NOT_FOUND');

/** One thing of each kind, all with names of their own. */
function tellOf(nth: string): void {
  const principal = { id: `key-${nth}`, role: 'user', scopes: [] };
  const params = { name: `tool-${nth}`, arguments: { path: `/etc/${nth}` } };
  run(request({ method: 'tools/call', params, principal }), { error: refused });
  run(request({ method: `/wp-admin/${nth}.php`, principal }), { error: refused });
  tell('providerEnd', exchange({ operation: `operation-${nth}` }));
  const stage: JobObservation = {
    jobId: nth,
    tool: params.name,
    principalId: nth,
    parent: undefined,
    type: 'stage',
    stage: `stage-${nth}`,
    durationMs: 1,
  };
  tell('job', stage);
  tell('occurrence', { type: 'cache', cache: `cache-${nth}`, result: 'miss' });
}

function collected(): { readonly heap: number; readonly rss: number } {
  for (let nth = 0; nth < 3; nth++) globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
}

const MILLION = 1_000_000;

/** Brings the engine's space for young objects to its full size, which every busy process has: it is no part of what is measured. */
function warmUp(): void {
  let survivors: unknown[] = [];
  for (let nth = 0; nth < 4_000_000; nth++) {
    survivors.push({ nth });
    if (survivors.length === 400_000) survivors = [];
  }
  for (let nth = 0; nth < 50_000; nth++) tellOf(String(nth));
}

warmUp();
const registry = new MetricRegistry();
const top = new TopCallers();
observe({ registry, readings: withTools({ draw: 'call', film: 'job' }), options: { top } });
for (let nth = 0; nth < 50_000; nth++) {
  run(callOf('draw'));
  tellOf('known');
}
const before = collected();
for (let nth = 0; nth < MILLION; nth++) tellOf(String(nth));
const after = collected();

const sizes: Record<string, number> = {};
const dropped: Record<string, number> = {};
for (const family of registry.families()) {
  sizes[family.name] = [...family.series()].length;
  if (family.name !== 'mcp_monitoring_series_dropped_total') continue;
  for (const { labelValues, value } of family.series()) dropped[labelValues[0] ?? ''] = value;
}
const value = (name: string, ...labels: readonly string[]): number =>
  [...(registry.family(name)?.series() ?? [])].find(({ labelValues }) => labelValues.join() === labels.join())?.value ??
  0;
const left: Left = {
  heapGrowth: after.heap - before.heap,
  rssGrowth: after.rss - before.rss,
  snapshotBytes: JSON.stringify(snapshot(registry)).length,
  tracked: top.byCalls(1_000_000).length,
  sizes,
  dropped,
  others: {
    methods: value('mcp_operations_started_total', 'other', 'websocket'),
    tools: value('mcp_tools_calls_total', 'other', 'refused'),
    stages: value('mcp_job_duration_seconds', 'other', 'other'),
  },
};
process.stdout.write(JSON.stringify(left));
