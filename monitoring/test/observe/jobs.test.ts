import type { JobObservation } from '@callsheet/protocol';
import { expect } from 'chai';
import type { JobsOfTool } from '../../src/observe/readings.ts';
import { observing, withTools } from './observing.ts';
import { tell } from './told.ts';

type Told<Step> = Step extends JobObservation ? Omit<Step, 'jobId' | 'tool' | 'principalId' | 'parent'> : never;

const TRACE = 'ab'.repeat(16);
const PARENT = `00-${TRACE}-${'cd'.repeat(8)}-01`;

function step(told: Told<JobObservation>, tool = 'film'): void {
  tell('job', { jobId: 'j1', tool, principalId: 'ada', parent: PARENT, ...told });
}

describe('counting jobs', () => {
  const observe = observing();
  const TOOLS = withTools({ film: 'job', song: 'job', draw: 'call' });

  it('follows one from its submission to its end', () => {
    const seen = observe(TOOLS);
    step({ type: 'submitted' });
    step({ type: 'started', waitMs: 3000, attempt: 1 });
    step({ type: 'stage', stage: 'render', durationMs: 40_000 });
    step({ type: 'ended', outcome: 'completed', durationMs: 50_000, error: undefined });
    expect(seen.value('mcp_jobs_submitted_total', 'film')).to.equal(1);
    expect(seen.sum('mcp_job_wait_seconds', 'film')).to.equal(3);
    expect(seen.sum('mcp_job_duration_seconds', 'film', 'render')).to.equal(40);
    expect(seen.sum('mcp_job_duration_seconds', 'film', 'total')).to.equal(50);
    expect(seen.value('mcp_jobs_finished_total', 'film', 'completed')).to.equal(1);
  });

  it('counts those that were interrupted, and those that were tried again', () => {
    const seen = observe(TOOLS);
    step({ type: 'interrupted' });
    step({ type: 'interrupted' });
    step({ type: 'retried' });
    expect(seen.value('mcp_jobs_stalled_total', 'film')).to.equal(2);
    expect(seen.value('mcp_job_retries_total', 'film')).to.equal(1);
  });

  it('counts stages beyond the twentieth, and names that are none, as other', () => {
    const seen = observe(TOOLS);
    for (let nth = 0; nth < 1_000; nth++) step({ type: 'stage', stage: `frame-${nth}`, durationMs: 1000 });
    for (const stage of ['total', 'see "all of it"', 'a\nb', '\ud800', 'x'.repeat(33)]) {
      step({ type: 'stage', stage, durationMs: 1000 });
    }
    expect(seen.sum('mcp_job_duration_seconds', 'film', 'frame-19')).to.equal(1);
    expect(seen.sum('mcp_job_duration_seconds', 'film', 'other')).to.equal(985);
    expect(seen.series('mcp_job_duration_seconds', 'film', 'total')).to.equal(undefined);
    step({ type: 'stage', stage: 'render', durationMs: 1000 }, 'song');
    expect(seen.sum('mcp_job_duration_seconds', 'song', 'render'), 'another tool').to.equal(1);
  });

  it('says in which trace of its caller a job can be looked at', () => {
    const seen = observe(TOOLS);
    step({ type: 'ended', outcome: 'completed', durationMs: 100, error: undefined });
    const exemplars = seen.series('mcp_tools_duration_seconds', 'film')?.histogram?.exemplars ?? [];
    expect(exemplars.find((one) => one !== undefined)).to.include({ traceId: TRACE });
  });

  it('shows every job tool at 0 from the first reading, and no others', () => {
    const seen = observe(TOOLS);
    for (const name of ['submitted', 'stalled'].map((word) => `mcp_jobs_${word}_total`)) {
      expect(seen.value(name, 'song'), name).to.equal(0);
      expect(seen.value(name, 'draw'), name).to.equal(undefined);
    }
    expect(seen.value('mcp_job_retries_total', 'song')).to.equal(0);
    for (const outcome of ['completed', 'failed', 'canceled']) {
      expect(seen.value('mcp_jobs_finished_total', 'song', outcome), outcome).to.equal(0);
    }
  });

  it('calls jobs of tools there are not other', () => {
    const seen = observe(TOOLS);
    step({ type: 'submitted' }, 'lost');
    expect(seen.value('mcp_jobs_submitted_total', 'other')).to.equal(1);
  });

  it('reads those that are not final, 0 where a tool has none', () => {
    let jobs: readonly JobsOfTool[] = [
      { tool: 'film', queued: 4, running: 2, oldestQueuedSeconds: 90 },
      { tool: 'gone', queued: 1, running: 0, oldestQueuedSeconds: 5 },
      { tool: 'lost', queued: 2, running: 0, oldestQueuedSeconds: 9 },
    ];
    const seen = observe({ ...TOOLS, jobs: () => jobs });
    expect(seen.value('mcp_jobs', 'film', 'queued')).to.equal(4);
    expect(seen.value('mcp_jobs', 'film', 'running')).to.equal(2);
    expect(seen.value('mcp_jobs', 'song', 'queued')).to.equal(0);
    expect(seen.value('mcp_jobs', 'other', 'queued')).to.equal(3);
    expect(seen.value('mcp_jobs_oldest_queued_seconds', 'film')).to.equal(90);
    expect(seen.value('mcp_jobs_oldest_queued_seconds', 'song')).to.equal(0);
    expect(seen.value('mcp_jobs_oldest_queued_seconds', 'other')).to.equal(9);
    jobs = [];
    expect(seen.value('mcp_jobs', 'film', 'queued')).to.equal(0);
    expect(seen.value('mcp_jobs', 'other', 'queued')).to.equal(undefined);
    expect(seen.value('mcp_jobs_oldest_queued_seconds', 'film')).to.equal(0);
  });

  it('has no such gauges where nobody tells', () => {
    expect(observe(TOOLS).registry.family('mcp_jobs')).to.equal(undefined);
  });
});
