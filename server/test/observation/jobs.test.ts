import { CallError, CHANNELS, type JobObservation, type OccurrenceObservation } from '@callsheet/protocol';
import { expect } from 'chai';
import { JobCensus } from '../../src/jobs/census.ts';
import type { JobRecord } from '../../src/jobs/job-record.ts';
import { observeJobs } from '../../src/jobs/observe-jobs.ts';
import { ada, closeJobs, heldTool, openJobs, rest } from '../jobs/house.ts';
import { hear } from './heard.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('what is told of jobs', () => {
  const steps = hear<JobObservation>(CHANNELS.job);
  const occurrences = hear<OccurrenceObservation>(CHANNELS.occurrence);
  afterEach(closeJobs);

  async function open() {
    const paint = heldTool('paint');
    const house = await openJobs({ tools: [paint], slots: { cpu: 1, network: 1 } });
    observeJobs(house.ledger, house.clock);
    const census = new JobCensus(house.ledger, house.clock);
    return { ...house, paint, census };
  }

  it('is when it was accepted, began, came to another stage and ended, and for how long each took', async () => {
    const { submit, clock, paint } = await open();
    const jobId = await submit('paint', { trace: { traceparent: PARENT } });
    await rest();
    const [run] = paint.runs;
    run?.ctx.progress({ stage: 'sketch', fraction: 0.1 });
    await rest();
    clock.advance(2_000);
    run?.ctx.progress({ stage: 'colour', fraction: 0.5 });
    await rest();
    clock.advance(3_000);
    run?.answer({ done: true });
    await rest();
    const told = { jobId, tool: 'paint', principalId: ada.id, parent: PARENT };
    expect(steps).to.deep.equal([
      { ...told, type: 'submitted' },
      { ...told, type: 'started', waitMs: 0, attempt: 1 },
      { ...told, type: 'stage', stage: 'sketch', durationMs: 2_000 },
      { ...told, type: 'stage', stage: 'colour', durationMs: 3_000 },
      { ...told, type: 'ended', outcome: 'completed', durationMs: 5_000, error: undefined },
    ]);
  });

  it('names the error of one that failed, and tells of a retry', async () => {
    const { submit, runner, paint } = await open();
    const jobId = await submit('paint');
    await rest();
    paint.runs[0]?.fail(new CallError('UPSTREAM_ERROR', 'the provider is away', { retryable: false }));
    await rest();
    await runner.retry(ada, jobId);
    await rest();
    expect(steps.map(({ type }) => type)).to.deep.equal(['submitted', 'started', 'ended', 'retried', 'started']);
    expect(steps[2]).to.include({ outcome: 'failed', error: 'UPSTREAM_ERROR' });
  });

  it('is that one was interrupted, at the end of the stage it had come to, and how long it waited anew', async () => {
    const { submit, clock, ledger, paint } = await open();
    const jobId = await submit('paint');
    await rest();
    paint.runs[0]?.ctx.progress({ stage: 'sketch', fraction: 0.1 });
    await rest();
    clock.advance(2_000);
    const job = (): JobRecord => ledger.read.byId(jobId) ?? expect.fail();
    await ledger.requeue(job());
    clock.advance(7_000);
    await ledger.start(job());
    const told = { jobId, tool: 'paint', principalId: ada.id, parent: undefined };
    expect(steps.slice(2)).to.deep.equal([
      { ...told, type: 'stage', stage: 'sketch', durationMs: 2_000 },
      { ...told, type: 'interrupted' },
      { ...told, type: 'started', waitMs: 7_000, attempt: 2 },
    ]);
  });

  it('counts what waits and runs by tool, and how long the first has waited', async () => {
    const { submit, clock, runner, paint, census } = await open();
    const first = await submit('paint');
    await rest();
    const second = await submit('paint');
    clock.advance(4_000);
    await submit('paint');
    clock.advance(1_000);
    expect(census.list()).to.deep.equal([{ tool: 'paint', queued: 2, running: 1, oldestQueuedSeconds: 5 }]);
    await runner.cancel(ada, second);
    await rest();
    expect(census.list()).to.deep.equal([{ tool: 'paint', queued: 1, running: 1, oldestQueuedSeconds: 1 }]);
    paint.runs[0]?.answer({});
    await rest();
    expect(census.list()).to.deep.equal([{ tool: 'paint', queued: 0, running: 1, oldestQueuedSeconds: 0 }]);
    expect(runner.get(ada, first).status).to.equal('completed');
  });

  it('counts what an earlier process left, and says when a key only named a job that was known', async () => {
    const { submit, ledger, clock } = await open();
    const key = { idempotencyKey: 'once' };
    expect(await submit('paint', key)).to.equal(await submit('paint', key));
    expect(occurrences).to.deep.equal([{ type: 'replayed', tool: 'paint' }]);
    await submit('paint');
    await rest();
    expect(new JobCensus(ledger, clock).list()[0]).to.include({ tool: 'paint', queued: 1, running: 1 });
  });
});
