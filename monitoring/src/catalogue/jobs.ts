import { JOB_SECONDS } from './buckets.ts';
import type { MetricTable } from './row.ts';

/** Jobs, by kind: the tool they run. */
export const JOB_METRICS = {
  mcp_jobs_submitted_total: { type: 'counter', help: 'Jobs that were written down', labels: ['kind'] },
  mcp_jobs_finished_total: {
    type: 'counter',
    help: 'Jobs that came to an end: completed, failed or canceled',
    labels: ['kind', 'outcome'],
    cap: 1500,
  },
  mcp_jobs: { type: 'gauge', help: 'Jobs that are not final, queued or running', labels: ['kind', 'state'], cap: 1000 },
  mcp_job_wait_seconds: {
    type: 'histogram',
    help: 'From the submission of a job to its start',
    unit: 'seconds',
    labels: ['kind'],
    bounds: JOB_SECONDS,
  },
  mcp_job_duration_seconds: {
    type: 'histogram',
    help: 'How long stages of jobs took; stage total is the whole job',
    unit: 'seconds',
    labels: ['kind', 'stage'],
    bounds: JOB_SECONDS,
  },
  mcp_jobs_oldest_queued_seconds: {
    type: 'gauge',
    help: 'Age of the job that waits longest; 0 when none waits',
    unit: 'seconds',
    labels: ['kind'],
    sums: false,
  },
  mcp_jobs_stalled_total: { type: 'counter', help: 'Jobs whose worker was lost while they ran', labels: ['kind'] },
  mcp_job_retries_total: { type: 'counter', help: 'Jobs that were tried once more', labels: ['kind'] },
} as const satisfies MetricTable;
