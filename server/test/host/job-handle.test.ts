import { CallError, type Json, type ProgressReport } from '@callsheet/protocol';
import { expect } from 'chai';
import { type AwaitedJob, answerOfJob, jobHandle, takeWaiting } from '../../src/host/job-handle.ts';
import { ada, closeJobs, heldTool, openJobs, reasonOf, rest, until } from '../jobs/house.ts';

describe('the answer of a job tool', () => {
  afterEach(closeJobs);

  async function house() {
    const tool = heldTool('held');
    const jobs = await openJobs({ tools: [tool] });
    const jobId = await jobs.submit('held');
    await until(() => tool.runs.length === 1);
    const abort = new AbortController();
    const answer = (more: Partial<AwaitedJob> = {}): Promise<Json> =>
      answerOfJob({
        ...{ ...jobs, principal: ada, jobId, signal: abort.signal, waiting: { wait: true, timeoutMs: 10_000 } },
        ...more,
      });
    return { ...jobs, tool, jobId, abort, answer };
  }

  it('is its handle when nobody waits', async () => {
    const { jobId, answer } = await house();
    expect(await answer({ waiting: { wait: false, timeoutMs: 0 } })).to.deep.equal({
      task_id: jobId,
      job_id: jobId,
      status: 'in_progress',
      progress: 0,
    });
  });

  it('is the result when it comes in time', async () => {
    const { answer, tool, clock } = await house();
    const waiting = answer();
    await rest();
    tool.runs[0]?.answer({ video: 'v.mp4' });
    expect(await waiting).to.deep.equal({ video: 'v.mp4' });
    expect(await answer(), 'also afterwards').to.deep.equal({ video: 'v.mp4' });
    expect(clock.pending, 'only the next pruning').to.equal(1);
  });

  it('is preceded by the progress of the job while it is waited for', async () => {
    const { answer, tool } = await house();
    const reports: ProgressReport[] = [];
    const waiting = answer({ progress: (report) => reports.push(report) });
    const held = tool.runs[0];
    const told = { stage: 'draw', fraction: 0.5, stageFraction: 0.25, message: 'Half of it' };
    held?.ctx.progress(told);
    held?.ctx.progress({ stage: 'store', fraction: 0.9 });
    held?.answer('done');
    expect(await waiting).to.equal('done');
    expect(reports).to.deep.equal([told, { stage: 'store', fraction: 0.9 }]);
  });

  it('is the handle when the time is up, and the job goes on', async () => {
    const { answer, clock, runner, jobId } = await house();
    const waiting = answer();
    clock.advance(10_000);
    expect(await waiting).to.include({ task_id: jobId, status: 'in_progress' });
    expect(runner.get(ada, jobId).status).to.equal('in_progress');
  });

  it('is the error the job failed with', async () => {
    const { answer, tool } = await house();
    const waiting = reasonOf(answer());
    tool.runs[0]?.fail(new CallError('CONTENT_REFUSED', 'no violence'));
    expect(await waiting).to.include({ errorName: 'CONTENT_REFUSED', message: 'no violence' });
  });

  it('is CANCELLED when the job was canceled, and when the caller goes away', async () => {
    const { answer, runner, jobId, abort } = await house();
    const gone = reasonOf(answer());
    abort.abort();
    expect(await gone)
      .to.include({ errorName: 'CANCELLED' })
      .with.property('message')
      .that.contains('the job goes on');
    expect(await reasonOf(answer())).to.include({ errorName: 'CANCELLED' });
    const canceled = reasonOf(answer({ signal: new AbortController().signal }));
    await runner.cancel(ada, jobId, 'changed my mind');
    expect(await canceled).to.include({ errorName: 'CANCELLED', message: 'changed my mind' });
  });

  it('does not take the failure before a retry for the end', async () => {
    const { answer, tool, runner, jobId, clock } = await house();
    tool.runs[0]?.fail(new Error('first'));
    await until(() => runner.get(ada, jobId).status === 'failed');
    await runner.retry(ada, jobId);
    const waiting = answer();
    await until(() => tool.runs.length === 2);
    tool.runs[1]?.answer({ at: 'last' });
    expect(await waiting).to.deep.equal({ at: 'last' });
    clock.advance(0);
  });

  it('estimates when the job will be done', () => {
    const job = {
      ...{ jobId: 'job_1', tool: 't', project: 'p', status: 'queued' as const, progress: 0, attempt: 0, lastSeq: 1 },
      ...{ createdAt: '2026-11-21T08:00:00.000Z', estimatedRemaining: 90 },
    };
    const handle = jobHandle(job, Date.UTC(2026, 10, 21, 8));
    expect(handle.estimated_completion).to.equal('2026-11-21T08:01:30.000Z');
  });
});

describe('the wish to wait', () => {
  it('is taken out of the arguments', () => {
    const { waiting, toolArgs } = takeWaiting({ text: 'a', wait_for_completion: true, timeout_s: 5 });
    expect(waiting).to.deep.equal({ wait: true, timeoutMs: 5_000 });
    expect(toolArgs).to.deep.equal({ text: 'a' });
  });

  it('has five minutes when no time is said, and never more than an hour', () => {
    expect(takeWaiting({}).waiting).to.deep.equal({ wait: false, timeoutMs: 300_000 });
    expect(takeWaiting({ wait_for_completion: true, timeout_s: 1e9 }).waiting.timeoutMs).to.equal(3_600_000);
    for (const timeout_s of [-1, 0, 'soon', Number.NaN]) {
      expect(takeWaiting({ timeout_s }).waiting.timeoutMs, String(timeout_s)).to.equal(300_000);
    }
  });
});
