import { expect } from 'chai';
import type { EmbeddedEngine } from '../../src/engine/embedded/engine.ts';
import { openEmbeddedEngine } from '../../src/engine/embedded/open.ts';
import type { JobRunner } from '../../src/jobs/runner.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import {
  ada,
  closeJobs,
  type HouseOptions,
  heldTool,
  type JobHouse,
  openJobs,
  rest,
  statesOf,
  until,
} from './house.ts';
import { FakeWorker, type Held } from './places.ts';

const film = heldTool('film', { timeoutMs: 300_000 });

describe('jobs at workers, when the gateway restarts', () => {
  let engine: EmbeddedEngine;
  let clock: FakeClock;
  let worker: FakeWorker;
  beforeEach(async () => {
    engine = await openEmbeddedEngine({ dataDir: ':memory:', log: keptLog() });
    clock = new FakeClock();
    worker = new FakeWorker('w-1', ['film', 'voice'], 2);
  });
  afterEach(closeJobs);

  const open = (more: Partial<HouseOptions> = {}): Promise<JobHouse> =>
    openJobs({ tools: [], offered: [film], workers: [worker], engine, clock, ...more });

  it('keep what they said of where they may run', async () => {
    const route = { tags: ['gpu'], zone: 'eu' };
    const before = await open({ workers: [], clock: new FakeClock(clock.now()) });
    const id = await before.submit('film', { route, timeoutMs: 1_000 });
    const gpu = new FakeWorker('w-2', ['film'], 1, ['gpu']);
    const { runner } = await open({ workers: [worker, gpu] });
    await until(() => gpu.held.length === 1);
    expect([worker.held, gpu.held[0]?.job?.id]).to.deep.equal([[], id]);
    expect(runner.requestOf(ada, id)).to.deep.include({ route, timeoutMs: 1_000, tool: 'film' });
  });

  /** A job that runs at the worker while the gateway dies. */
  async function orphan(): Promise<{ id: string; held: Held }> {
    // Its time stands still from here on.
    const { submit } = await open({ clock: new FakeClock(clock.now()) });
    const id = await submit('film', { args: { n: 1 } });
    await until(() => worker.held.length === 1);
    const held = worker.held[0] ?? expect.fail();
    held.context.progress({ stage: 'render', fraction: 0.4 });
    await rest();
    worker.gatewayGone();
    return { id, held };
  }

  function register(runner: JobRunner, holds = true): void {
    worker.keepOnly(runner.returned(worker.id, worker.back({ holds })));
  }

  it('go on where they were: the same attempt, its progress, its memos, its time limit', async () => {
    const { id } = await orphan();
    clock.advance(10_000);
    const { runner, story, places } = await open();
    expect(runner.get(ada, id)).to.deep.include({ status: 'in_progress', attempt: 1, progress: 0.4 });
    expect(runner.counts()).to.deep.equal({ queued: 0, running: 1 });
    register(runner);
    const held = worker.held[0] ?? expect.fail();
    expect(held.job).to.deep.equal({ id, attempt: 1 });
    expect(held.context.deadline).to.equal(clock.now() + 290_000);
    expect(await held.context.memo('stage', () => Promise.resolve(1))).to.equal(1);
    held.context.progress({ stage: 'render', fraction: 0.1 });
    await rest();
    expect(runner.get(ada, id).progress, 'never falls').to.equal(0.4);
    clock.advance(1_000);
    held.context.progress({ stage: 'mix', fraction: 0.8 });
    await until(() => runner.get(ada, id).progress === 0.8);
    expect(places.freeAt(worker)).to.equal(1);
    held.answer({ n: 1 });
    await until(() => runner.get(ada, id).status === 'completed');
    expect(places.freeAt(worker)).to.equal(2);
    expect(runner.get(ada, id)).to.deep.include({ attempt: 1, result: { n: 1 } });
    expect(statesOf(await story(id))).to.deep.equal(['queued', 'in_progress', 'completed']);
    clock.advance(60_000);
    await rest();
    expect(runner.counts()).to.deep.equal({ queued: 0, running: 0 });
  });

  it('end with the answer the worker kept', async () => {
    const { id, held } = await orphan();
    held.answer({ made: 'meanwhile' });
    clock.advance(400_000);
    const { runner } = await open();
    register(runner);
    await until(() => runner.get(ada, id).status === 'completed');
    expect(runner.get(ada, id)).to.deep.include({ attempt: 1, result: { made: 'meanwhile' } });
  });

  it('end soon when their time was up meanwhile and no answer is there', async () => {
    const { id } = await orphan();
    clock.advance(400_000);
    const { runner } = await open();
    register(runner);
    const held = worker.held[0] ?? expect.fail();
    clock.advance(5_000);
    await until(() => runner.get(ada, id).status === 'failed');
    expect(runner.get(ada, id).error?.message).to.equal('The tool "film" did not finish within 300000 ms');
    expect(held.stopped).to.include({ errorName: 'DEADLINE_EXCEEDED' });
  });

  it('are run again at once when their worker comes back without them', async () => {
    const { id } = await orphan();
    const { runner, story } = await open();
    register(runner, false);
    await until(() => worker.held.length === 1);
    expect(worker.held[0]?.job).to.deep.equal({ id, attempt: 2 });
    worker.held[0]?.answer({});
    await until(() => runner.get(ada, id).status === 'completed');
    const states = statesOf(await story(id));
    expect(states).to.deep.equal(['queued', 'in_progress', 'queued', 'in_progress', 'completed']);
  });

  it('are run again when their worker does not come in time, and what it says later is not wanted', async () => {
    const { id, held } = await orphan();
    const other = new FakeWorker('w-2', ['film']);
    const { runner } = await open({ workers: [other] });
    clock.advance(59_999);
    await rest();
    expect(runner.get(ada, id)).to.deep.include({ status: 'in_progress', attempt: 1 });
    clock.advance(1);
    await until(() => other.held.length === 1);
    held.answer({ from: 'the past' });
    expect(runner.returned(worker.id, worker.back())).to.deep.equal([]);
    other.held[0]?.answer({ from: 'today' });
    await until(() => runner.get(ada, id).status === 'completed');
    expect(runner.get(ada, id)).to.deep.include({ attempt: 2, result: { from: 'today' } });
  });

  it('are waited for as long as the settings say', async () => {
    const { id } = await orphan();
    const { runner } = await open({ workers: [], limits: { keepJobsMs: 5_000 } });
    clock.advance(5_000);
    await until(() => runner.get(ada, id).status === 'queued');
  });

  it('are run again at the next start when it does not wait', async () => {
    const { id } = await orphan();
    const { runner } = await open({ limits: { keepJobsMs: 0 } });
    clock.advance(0);
    await until(() => runner.get(ada, id).attempt === 2);
  });

  it('are not given to a worker they did not run at, nor under another attempt', async () => {
    const { id } = await orphan();
    const { runner } = await open();
    const run = () => Promise.resolve({ from: 'a stranger' });
    expect(runner.returned('w-9', [{ job: { id, attempt: 1 }, run }])).to.deep.equal([]);
    expect(runner.get(ada, id).status).to.equal('in_progress');
    const twice = { job: { id, attempt: 2 }, run };
    expect(runner.returned('w-1', [twice])).to.deep.equal([]);
    await until(() => runner.get(ada, id).attempt === 2);
    await rest();
    expect(runner.get(ada, id)).not.to.have.property('result');
  });

  it('are not wanted when they were canceled, or canceled and retried', async () => {
    const { id } = await orphan();
    const { runner } = await open({ offered: [], tools: [film] });
    await runner.cancel(ada, id);
    expect(runner.counts().running).to.equal(0);
    expect(clock.pending, 'only the next pruning').to.equal(1);
    await runner.retry(ada, id);
    await until(() => runner.get(ada, id).attempt === 2);
    expect(runner.returned(worker.id, worker.back())).to.deep.equal([]);
  });

  it('can be canceled where they went on', async () => {
    const { id } = await orphan();
    const { runner, places } = await open();
    register(runner);
    await runner.cancel(ada, id);
    expect(worker.held[0]?.stopped).to.include({ errorName: 'CANCELLED' });
    worker.held[0]?.answer({});
    await rest();
    expect(runner.get(ada, id).status).to.equal('canceled');
    expect(places.freeAt(worker)).to.equal(2);
  });

  it('are run again when they cannot go on: the tool or the worker is not known', async () => {
    const { id } = await orphan();
    const nobody = await open({ workers: [] });
    expect(nobody.runner.returned(worker.id, worker.back())).to.deep.equal([]);
    await until(() => nobody.runner.get(ada, id).status === 'queued');
  });

  it('are failed when they were interrupted too often', async () => {
    const { id } = await orphan();
    const { runner } = await open({ limits: { maxAttempts: 1 } });
    register(runner, false);
    await until(() => runner.get(ada, id).status === 'failed');
    expect(runner.get(ada, id).error?.message).to.contain('interrupted 1 times');
  });

  it('are lost again like all others after they went on', async () => {
    const { id } = await orphan();
    const { runner, places } = await open();
    register(runner);
    worker.lost();
    await until(() => runner.get(ada, id).status === 'queued');
    worker.back({ holds: false });
    places.ring();
    await until(() => worker.held.length === 1);
    expect(worker.held[0]?.job.attempt).to.equal(2);
  });

  it('survive one restart after the other', async () => {
    const { id } = await orphan();
    for (let i = 0; i < 3; i++) {
      const { runner } = await open();
      if (i !== 1) register(runner);
      worker.gatewayGone();
    }
    const { runner } = await open();
    register(runner);
    worker.held[0]?.answer({});
    await until(() => runner.get(ada, id).status === 'completed');
    expect(runner.get(ada, id).attempt).to.equal(1);
  });

  describe('a drain', () => {
    it('does not wait for them and does not stop them: the next start goes on', async () => {
      const { runner, submit } = await open();
      const id = await submit('film');
      await until(() => worker.held.length === 1);
      await runner.drain(20_000);
      expect(worker.held[0]?.stopped).to.equal(undefined);
      expect(runner.get(ada, id).status).to.equal('in_progress');
      // What closing the connections does to calls in flight.
      worker.lost();
      await rest();
      expect(runner.get(ada, id).status, 'not taken back').to.equal('in_progress');
      const next = await open();
      register(next.runner);
      worker.held[0]?.answer({});
      await until(() => next.runner.get(ada, id).status === 'completed');
      expect(next.runner.get(ada, id).attempt).to.equal(1);
    });

    it('takes what they still answer', async () => {
      const { runner, submit } = await open();
      const id = await submit('film');
      await until(() => worker.held.length === 1);
      await runner.drain(0);
      worker.held[0]?.answer({ just: 'in time' });
      await until(() => runner.get(ada, id).status === 'completed');
    });

    it('takes those that end while others are waited for', async () => {
      const mine = heldTool('mine');
      const { runner, submit } = await open({ tools: [mine] });
      const id = await submit('film');
      await submit('mine');
      await until(() => worker.held.length === 1 && mine.runs.length === 1);
      const drained = runner.drain(20_000);
      worker.held[0]?.answer({});
      await until(() => runner.get(ada, id).status === 'completed');
      mine.runs[0]?.answer({});
      await drained;
    });

    it('does not send one whose start was on its way to disk', async () => {
      const { runner, submit, places } = await open();
      const id = await submit('film');
      await runner.drain(0);
      expect(worker.held).to.deep.equal([]);
      expect(places.freeAt(worker)).to.equal(2);
      const next = await open();
      register(next.runner);
      await until(() => worker.held.length === 1);
      expect(worker.held[0]?.job).to.deep.equal({ id, attempt: next.runner.get(ada, id).attempt });
    });

    it('lets go of those that come back while it goes on, and stops waiting for the others', async () => {
      const { id } = await orphan();
      const { runner } = await open();
      await runner.drain(0);
      register(runner);
      expect(worker.held[0]?.stopped).to.equal(undefined);
      clock.advance(60_000);
      await rest();
      expect(runner.get(ada, id).status).to.equal('in_progress');
      worker.gatewayGone();
      const next = await open();
      register(next.runner);
      worker.held[0]?.answer({});
      await until(() => next.runner.get(ada, id).status === 'completed');
    });
  });
});
