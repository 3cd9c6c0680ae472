import type { JobObservation } from '@callsheet/protocol';
import { defineCounter, defineGauge, defineHistogram } from '../catalogue/define.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import type { Handlers } from './handlers.ts';
import type { JobsOfTool, Readings } from './readings.ts';
import { Stages, WHOLE } from './stages.ts';
import type { ToolBook } from './tool-book.ts';
import type { CallStatus } from './tool-cells.ts';
import { sampledTraceId } from './trace-id.ts';

/** Jobs end in these ways; as calls of their tool they are these. */
const STATUSES: Readonly<Record<'completed' | 'failed' | 'canceled', CallStatus>> = {
  completed: 'success',
  failed: 'error',
  canceled: 'cancelled',
};

/** Counts jobs by their kind, the tool they run. Tools that run as jobs have their series from the first reading. */
export function jobHandlers(registry: MetricRegistry, readings: Readings, tools: ToolBook): Handlers {
  const submitted = defineCounter(registry, 'mcp_jobs_submitted_total', (family) => {
    for (const tool of tools.jobs()) family.cell(tool);
  });
  const finished = defineCounter(registry, 'mcp_jobs_finished_total', (family) => {
    for (const tool of tools.jobs()) for (const outcome of Object.keys(STATUSES)) family.cell(tool, outcome);
  });
  const wait = defineHistogram(registry, 'mcp_job_wait_seconds');
  const duration = defineHistogram(registry, 'mcp_job_duration_seconds');
  const stalled = defineCounter(registry, 'mcp_jobs_stalled_total', (family) => {
    for (const tool of tools.jobs()) family.cell(tool);
  });
  const retries = defineCounter(registry, 'mcp_job_retries_total', (family) => {
    for (const tool of tools.jobs()) family.cell(tool);
  });
  const stages = new Stages();
  if (readings.jobs !== undefined) defineGauges(registry, readings.jobs, tools);
  return {
    job(job) {
      const kind = tools.label(job.tool);
      switch (job.type) {
        case 'submitted':
          submitted.cell(kind).inc();
          break;
        case 'started':
          wait.cell(kind).observe(job.waitMs / 1000);
          break;
        case 'stage':
          duration.cell(kind, stages.label(kind, job.stage)).observe(job.durationMs / 1000);
          break;
        case 'interrupted':
          stalled.cell(kind).inc();
          break;
        case 'retried':
          retries.cell(kind).inc();
          break;
        case 'ended':
          finished.cell(kind, job.outcome).inc();
          duration.cell(kind, WHOLE).observe(job.durationMs / 1000);
          countCall(job, tools);
          break;
      }
    },
  };
}

/** A job is a call of its tool, and only now it is known how it went. */
function countCall(job: Extract<JobObservation, { type: 'ended' }>, tools: ToolBook): void {
  const { statuses, duration } = tools.of(job.tool);
  const status = job.error === 'DEADLINE_EXCEEDED' ? 'timeout' : STATUSES[job.outcome];
  statuses[status].inc();
  duration.observe(job.durationMs / 1000, sampledTraceId(job.parent));
}

function defineGauges(registry: MetricRegistry, jobs: () => readonly JobsOfTool[], tools: ToolBook): void {
  defineGauge(registry, 'mcp_jobs', (family) => {
    const rows = jobs().flatMap(({ tool, queued, running }) => [
      { labelValues: [tools.label(tool), 'queued'], value: queued },
      { labelValues: [tools.label(tool), 'running'], value: running },
    ]);
    const quiet = [...tools.jobs()].flatMap((tool) => [
      { labelValues: [tool, 'queued'], value: 0 },
      { labelValues: [tool, 'running'], value: 0 },
    ]);
    family.replace([...rows, ...quiet]);
  });
  defineGauge(registry, 'mcp_jobs_oldest_queued_seconds', (family) => {
    const oldest = new Map<string, number>();
    for (const tool of tools.jobs()) oldest.set(tool, 0);
    for (const { tool, oldestQueuedSeconds } of jobs()) {
      const kind = tools.label(tool);
      oldest.set(kind, Math.max(oldest.get(kind) ?? 0, oldestQueuedSeconds));
    }
    family.replace(Array.from(oldest, ([kind, value]) => ({ labelValues: [kind], value })));
  });
}
