import type { Board } from './board.ts';
import { graph, stat } from './panels.ts';
import { max, quantile, rate, share, sum } from './promql.ts';

export const jobs: Board = {
  slug: 'jobs',
  title: 'Jobs',
  says: 'Durable calls: how many wait, for how long, how they end, and the media they make.',
  rows: {
    Now: [
      stat({
        title: 'Queued',
        says: 'Jobs that wait for a slot.',
        unit: 'short',
        queries: { queued: sum('mcp_jobs', [], 'state="queued"') },
        span: 6,
      }),
      stat({
        title: 'Running',
        says: 'Jobs that run.',
        unit: 'short',
        queries: { running: sum('mcp_jobs', [], 'state="running"') },
        span: 6,
      }),
      stat({
        title: 'Oldest in the queue',
        says: 'Age of the job that waits longest. Rising steadily: more workers are needed, or one kind of job blocks the others.',
        unit: 's',
        queries: { oldest: max('mcp_jobs_oldest_queued_seconds') },
        warn: 60,
        bad: 300,
        span: 6,
      }),
      stat({
        title: 'Failures',
        says: 'Share of ended jobs that failed.',
        unit: 'percentunit',
        queries: {
          failed: share(rate('mcp_jobs_finished_total', [], 'outcome="failed"'), rate('mcp_jobs_finished_total')),
        },
        warn: 0.01,
        bad: 0.1,
        span: 6,
      }),
    ],
    Queue: [
      graph({
        title: 'Submitted',
        says: 'Jobs that were written down, per second, by kind.',
        unit: 'ops',
        stacked: true,
        queries: { '{{kind}}': rate('mcp_jobs_submitted_total', ['kind']) },
      }),
      graph({
        title: 'Ended',
        says: 'Jobs that came to an end, per second, by how.',
        unit: 'ops',
        stacked: true,
        queries: { '{{outcome}}': rate('mcp_jobs_finished_total', ['outcome']) },
      }),
      graph({
        title: 'Waiting and running',
        says: 'Jobs that are not final, by kind.',
        unit: 'short',
        stacked: true,
        queries: { '{{kind}} {{state}}': sum('mcp_jobs', ['kind', 'state']) },
      }),
      graph({
        title: 'Oldest in the queue',
        says: 'Age of the job that waits longest, by kind.',
        unit: 's',
        queries: { '{{kind}}': max('mcp_jobs_oldest_queued_seconds', ['kind']) },
      }),
      graph({
        title: 'Wait p95',
        says: 'From submission to start: one job of twenty waits longer.',
        unit: 's',
        queries: { '{{kind}}': quantile(0.95, 'mcp_job_wait_seconds', ['kind']) },
      }),
      graph({
        title: 'Lost workers and second tries',
        says: 'Jobs whose worker was lost while they ran, and jobs that were tried once more, per second.',
        unit: 'ops',
        queries: {
          'stalled {{kind}}': rate('mcp_jobs_stalled_total', ['kind']),
          'tried again {{kind}}': rate('mcp_job_retries_total', ['kind']),
        },
      }),
    ],
    Work: [
      graph({
        title: 'Duration p95',
        says: 'How long whole jobs take, by kind: one of twenty takes longer.',
        unit: 's',
        queries: { '{{kind}}': quantile(0.95, 'mcp_job_duration_seconds', ['kind'], 'stage="total"') },
      }),
      graph({
        title: 'Stages p95',
        says: 'Where the time of jobs goes.',
        unit: 's',
        queries: {
          '{{kind}} {{stage}}': quantile(0.95, 'mcp_job_duration_seconds', ['kind', 'stage'], 'stage!="total"'),
        },
      }),
      graph({
        title: 'Rendering speed',
        says: 'Seconds of media made in one second by the newest rendering; below 1 it is slower than real time.',
        unit: 'x',
        queries: { '{{kind}}': max('mcp_render_realtime_ratio', ['kind']) },
      }),
      graph({
        title: 'Stored files',
        says: 'Bytes of stored files, by kind.',
        unit: 'bytes',
        stacked: true,
        span: 12,
        queries: { '{{kind}}': sum('mcp_media_stored_bytes', ['kind']) },
      }),
      graph({
        title: 'Files stored and served',
        says: 'Bytes per second.',
        unit: 'Bps',
        span: 12,
        queries: { '{{kind}} {{direction}}': rate('mcp_media_bytes_total', ['kind', 'direction']) },
      }),
    ],
  },
};
