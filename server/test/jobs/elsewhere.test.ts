import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { ada, bob, closeJobs, heldTool, openJobs, reasonOf, rest, statesOf, until } from './house.ts';
import { FakeWorker, type Held } from './places.ts';

const film = heldTool('film');
const away = new CallError('UPSTREAM_ERROR', 'voice provider is away');

/** The only thing a worker holds. */
async function only(worker: FakeWorker): Promise<Held> {
  await until(() => worker.held.length === 1, `${worker.id} holds one`);
  return worker.held[0] ?? expect.fail();
}

describe('jobs at workers', () => {
  afterEach(closeJobs);

  it('run there first, with everything a tool is given, and in this process when all workers are busy', async () => {
    const tool = heldTool('film');
    const worker = new FakeWorker('w-1', ['film']);
    const { runner, submit, ledger } = await openJobs({ tools: [tool], workers: [worker] });
    const first = await submit('film', { args: { n: 1 } });
    const second = await submit('film', { args: { n: 2 } });
    const held = await only(worker);
    await until(() => tool.runs.length === 1);
    expect([held.args.n, tool.runs[0]?.args.n]).to.deep.equal([1, 2]);
    expect([ledger.read.byId(first)?.worker, ledger.read.byId(second)?.worker]).to.deep.equal(['w-1', undefined]);
    expect(await held.context.memo('stage', () => Promise.resolve('done'))).to.equal('done');
    held.context.progress({ stage: 'render', fraction: 0.5 });
    await until(() => runner.get(ada, first).progress === 0.5);
    held.answer({ by: 'worker' });
    await until(() => runner.get(ada, first).status === 'completed');
    expect(runner.get(ada, first).result).to.deep.equal({ by: 'worker' });
    expect(ledger.read.byId(first)).not.to.have.property('worker');
  });

  it('are sent only when the ledger knows where they are', async () => {
    const worker = new FakeWorker('w-1', ['film']);
    const { ledger, submit } = await openJobs({ tools: [], offered: [film], workers: [worker] });
    const start = ledger.start.bind(ledger);
    let known: string | undefined;
    ledger.start = async (job, where) => {
      const started = await start(job, where);
      expect(worker.held, 'before it is on disk').to.deep.equal([]);
      known = ledger.read.byId(job.id)?.worker;
      return started;
    };
    await submit('film');
    await only(worker);
    expect(known).to.equal('w-1');
  });

  it('wait without bound for a tool that only workers serve, and hold up nobody', async () => {
    const mine = heldTool('mine');
    const worker = new FakeWorker('w-1', ['film']);
    const { clock, places, runner, submit } = await openJobs({ tools: [mine], offered: [film] });
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push(await submit('film', { priority: 9 }));
    await submit('mine');
    await until(() => mine.runs.length === 1);
    clock.advance(86_400_000);
    await rest();
    expect(ids.map((id) => runner.get(ada, id).status)).to.deep.equal(['queued', 'queued', 'queued']);
    places.workers.push(worker);
    places.ring();
    for (const id of ids) {
      (await only(worker)).answer({});
      await until(() => runner.get(ada, id).status === 'completed');
    }
  });

  it('ask for a place once per change, not once per job', async () => {
    const { places, submit } = await openJobs({ tools: [], offered: [film] });
    for (let i = 0; i < 50; i++) await submit('film');
    expect(places.asked).to.equal(1);
    places.ring();
    await rest();
    expect(places.asked).to.equal(2);
  });

  it('run where their tags are, and hold up nobody while nobody there is free', async () => {
    const tool = heldTool('film');
    const [gpu, cpu] = [new FakeWorker('w-1', ['film'], 1, ['gpu', 'big']), new FakeWorker('w-2', ['film'])];
    const { runner, submit, places } = await openJobs({ tools: [tool], workers: [cpu, gpu] });
    const route = { tags: ['gpu'] };
    const ids = [await submit('film', { route }), await submit('film', { route }), await submit('film')];
    expect((await only(gpu)).job?.id).to.equal(ids[0]);
    expect((await only(cpu)).job?.id).to.equal(ids[2]);
    await rest();
    expect(tool.runs, 'not in this process, which has no such tag').to.deep.equal([]);
    expect(runner.get(ada, ids[1] ?? '').status).to.equal('queued');
    await submit('film', { route: { tags: ['gateway'] }, args: { n: 'here' } });
    await until(() => tool.runs.length === 1);
    expect(tool.runs[0]?.args).to.deep.equal({ n: 'here' });
    (await only(cpu)).answer({});
    await until(() => places.freeAt(cpu) === 1);
    await rest();
    expect(runner.get(ada, ids[1] ?? '').status, 'a free worker without the tag').to.equal('queued');
    (await only(gpu)).answer({});
    await until(() => gpu.held[0]?.job?.id === ids[1]);
  });

  it('ask for so many kinds of workers at once and no more, which stops nobody who asks for a known kind', async () => {
    const { submit } = await openJobs({ tools: [], offered: [film] });
    for (let n = 0; n < 64; n++) await submit('film', { route: { tags: [`t${n}`] } });
    const refused = await reasonOf(submit('film', { route: { tags: ['another'] } }));
    expect(refused).to.include({ errorName: 'OVERLOADED', retryable: true });
    await submit('film', { route: { tags: ['t7'] } });
    await submit('film', { route: { zone: 'eu' } });
    await submit('film');
  });

  it('take turns between owners and between tools', async () => {
    const worker = new FakeWorker('w-1', ['film', 'voice']);
    const { submit } = await openJobs({ tools: [], offered: [film, heldTool('voice')], workers: [worker] });
    await submit('film', { args: { n: 'first' } });
    await only(worker);
    for (const n of ['a1', 'a2']) await submit('film', { args: { n } });
    await submit('film', { args: { n: 'b1' }, principal: bob });
    for (const n of ['v1', 'v2']) await submit('voice', { args: { n } });
    await submit('voice', { args: { n: 'v9' }, priority: 9 });
    const order: unknown[] = [];
    for (let i = 0; i < 7; i++) {
      const held = await only(worker);
      order.push(held.args.n);
      held.answer({});
      await until(() => worker.held[0] !== held);
    }
    expect(order).to.deep.equal(['first', 'v9', 'a1', 'v1', 'b1', 'v2', 'a2']);
  });

  describe('a worker that is lost', () => {
    it('gives its job to another one at once, with finished stages remembered', async () => {
      const workers = [new FakeWorker('w-1', ['film']), new FakeWorker('w-2', ['film'])] as const;
      const { runner, submit, story, log } = await openJobs({ tools: [], offered: [film], workers: [...workers] });
      const id = await submit('film');
      const first = await only(workers[0]);
      await first.context.memo('script', () => Promise.resolve('once'));
      first.context.progress({ stage: 'render', fraction: 0.9 });
      workers[0].lost();
      const second = await only(workers[1]);
      expect(second.job).to.deep.equal({ id, attempt: 2 });
      expect(await second.context.memo('script', () => Promise.resolve('twice'))).to.equal('once');
      expect(runner.get(ada, id)).to.deep.include({ progress: 0, attempt: 2 });
      first.answer({ from: 'the dead' });
      second.answer({ from: 'the living' });
      await until(() => runner.get(ada, id).status === 'completed');
      expect(runner.get(ada, id).result).to.deep.equal({ from: 'the living' });
      const states = statesOf(await story(id));
      expect(states).to.deep.equal(['queued', 'in_progress', 'queued', 'in_progress', 'completed']);
      expect(log.lines).to.include('a job lost its worker; it waits again');
    });

    it('puts its job in front of its owner’s others', async () => {
      const worker = new FakeWorker('w-1', ['film']);
      const tool = heldTool('film');
      const { submit, places } = await openJobs({ tools: [tool], workers: [worker] });
      await submit('film', { args: { n: 1 } });
      await only(worker);
      for (const n of [2, 3]) await submit('film', { args: { n } });
      await until(() => tool.runs.length === 1);
      worker.lost();
      await rest();
      tool.runs[0]?.answer({});
      await until(() => tool.runs.length === 2);
      expect(tool.runs.map(({ args }) => args.n)).to.deep.equal([2, 1]);
      expect(places.freeAt(worker)).to.equal(1);
    });

    it('is the end of a job that lost as many as it may', async () => {
      const worker = new FakeWorker('w-1', ['film']);
      const limits = { maxAttempts: 3 };
      const { runner, submit, places } = await openJobs({ tools: [], offered: [film], workers: [worker], limits });
      const id = await submit('film');
      for (const attempt of [1, 2, 3]) {
        expect((await only(worker)).job.attempt).to.equal(attempt);
        worker.lost();
        worker.back({ holds: false });
        places.ring();
        await rest();
      }
      expect(runner.get(ada, id)).to.deep.include({ status: 'failed', attempt: 3 });
      expect(runner.get(ada, id).error?.message).to.contain('interrupted 3 times');
      expect(worker.held).to.deep.equal([]);
    });

    it('does not bring back a job that was canceled meanwhile', async () => {
      const worker = new FakeWorker('w-1', ['film']);
      const { runner, submit } = await openJobs({ tools: [], offered: [film], workers: [worker] });
      const id = await submit('film');
      await only(worker);
      const cancelling = runner.cancel(ada, id);
      worker.lost();
      await cancelling;
      worker.back({ holds: false });
      await rest();
      expect(runner.get(ada, id).status).to.equal('canceled');
      expect(runner.counts()).to.deep.equal({ queued: 0, running: 0 });
    });

    it('is waited for with an outcome that could not be stored', async () => {
      const workers = [new FakeWorker('w-1', ['film']), new FakeWorker('w-2', ['film'])] as const;
      const { clock, ledger, submit } = await openJobs({ tools: [], offered: [film], workers: [...workers] });
      const id = await submit('film');
      await only(workers[0]);
      const requeue = ledger.requeue.bind(ledger);
      ledger.requeue = () => Promise.reject(new CallError('STORAGE_FULL'));
      workers[0].lost();
      await rest();
      expect(ledger.read.byId(id)?.worker).to.equal('w-1');
      ledger.requeue = requeue;
      clock.advance(1_000);
      expect((await only(workers[1])).job).to.deep.equal({ id, attempt: 2 });
    });
  });

  describe('a worker that refuses', () => {
    it('sends the job back without harm, and is asked again after growing pauses', async () => {
      const worker = new FakeWorker('w-1', ['film']);
      worker.refusal = new CallError('OVERLOADED', 'all slots are taken');
      const limits = { maxAttempts: 5 };
      const { clock, runner, submit } = await openJobs({ tools: [], offered: [film], workers: [worker], limits });
      const id = await submit('film');
      const attempts = (): number => runner.get(ada, id).attempt;
      for (const [index, pause] of [250, 500, 1_000].entries()) {
        await rest();
        expect(attempts()).to.equal(index + 1);
        expect(runner.get(ada, id)).to.deep.include({ status: 'queued', queuePosition: 1 });
        clock.advance(pause - 1);
        await rest();
        expect(attempts()).to.equal(index + 1);
        clock.advance(1);
      }
      await rest();
      worker.refusal = undefined;
      clock.advance(2_000);
      (await only(worker)).answer({});
      await until(() => runner.get(ada, id).status === 'completed');
      expect(attempts()).to.equal(5);
    });

    it('is given as long as it asks for', async () => {
      const worker = new FakeWorker('w-1', ['film']);
      worker.refusal = new CallError('DRAINING', 'restarting', { retryAfterMs: 9_000 });
      const { clock, submit } = await openJobs({ tools: [], offered: [film], workers: [worker] });
      await submit('film');
      await rest();
      worker.refusal = undefined;
      clock.advance(8_999);
      await rest();
      expect(worker.held).to.deep.equal([]);
      clock.advance(1);
      await only(worker);
    });

    it('does not keep the job from a free slot of this process', async () => {
      const worker = new FakeWorker('w-1', ['film']);
      worker.refusal = new CallError('UPSTREAM_ERROR', 'not connected', { maybeExecuted: false });
      const tool = heldTool('film');
      const { submit } = await openJobs({ tools: [tool], workers: [worker] });
      await submit('film');
      await until(() => tool.runs.length === 1);
    });

    it('fails a job nobody ever takes, with the reason', async () => {
      const worker = new FakeWorker('w-1', ['film']);
      worker.refusal = new CallError('OVERLOADED', 'no room, ever');
      const limits = { maxAttempts: 4 };
      const { clock, runner, submit } = await openJobs({ tools: [], offered: [film], workers: [worker], limits });
      const id = await submit('film');
      await until(() => {
        clock.advance(30_000);
        return runner.get(ada, id).status === 'failed';
      });
      expect(runner.get(ada, id)).to.deep.include({ attempt: 4 });
      expect(runner.get(ada, id).error).to.deep.include({ code: 5030, message: 'no room, ever' });
    });
  });

  describe('errors', () => {
    it('of the tool fail the job, also those a worker could have said', async () => {
      const worker = new FakeWorker('w-1', ['film']);
      const { runner, submit } = await openJobs({ tools: [], offered: [film], workers: [worker] });
      const errors = [new CallError('TOOL_FAILED', 'no'), away, new CallError('OVERLOADED', 'the provider is busy')];
      for (const error of errors) {
        const id = await submit('film');
        const held = await only(worker);
        held.context.progress({ stage: 'voice', fraction: 0.1 });
        held.fail(error);
        await until(() => runner.get(ada, id).status === 'failed');
        expect(runner.get(ada, id)).to.deep.include({ attempt: 1, error: error.toWire(`${id}/1`) });
      }
    });

    it('of a worker tell no words of its faults', async () => {
      const worker = new FakeWorker('w-1', ['film']);
      const { runner, submit, log } = await openJobs({ tools: [], offered: [film], workers: [worker] });
      const id = await submit('film');
      const cause = new Error('password is hunter2');
      (await only(worker)).fail(new CallError('INTERNAL', 'hunter2 again', { maybeExecuted: true, cause }));
      await until(() => runner.get(ada, id).status === 'failed');
      const { error } = runner.get(ada, id);
      expect(error?.data).to.deep.include({ name: 'INTERNAL', requestId: `${id}/1` });
      expect(JSON.stringify(error)).not.to.contain('hunter2');
      expect(log.lines).to.include('the tool threw');
    });
  });

  it('are told when they are canceled, and end at their time limit', async () => {
    const worker = new FakeWorker('w-1', ['film'], 2);
    const { clock, runner, submit, places } = await openJobs({ tools: [], offered: [film], workers: [worker] });
    const [one, two] = [await submit('film'), await submit('film')];
    await until(() => worker.held.length === 2);
    const [first = expect.fail(), second = expect.fail()] = worker.held;
    await runner.cancel(ada, one, 'not needed');
    expect(first.stopped).to.include({ errorName: 'CANCELLED', message: 'not needed' });
    expect(await reasonOf(first.context.memo('late', () => Promise.resolve(1)))).to.include({ errorName: 'CANCELLED' });
    clock.advance(60_000);
    await until(() => runner.get(ada, two).status === 'failed');
    expect(second.stopped).to.include({ errorName: 'DEADLINE_EXCEEDED' });
    expect(runner.get(ada, two).error).to.deep.include({
      code: 5040,
      message: 'The tool "film" did not finish within 60000 ms',
    });
    expect(places.freeAt(worker), 'taken until they have ended').to.equal(0);
    expect(clock.pending, 'only the next pruning').to.equal(1);
    await rest();
    expect(runner.counts()).to.deep.equal({ queued: 0, running: 0 });
  });
});
