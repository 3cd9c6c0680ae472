import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { ada, closeJobs, heldTool, openJobs, type Run, reasonOf, rest, statesOf, until } from './house.ts';

/** The newest run of a held tool. */
async function newest(tool: { readonly runs: readonly Run[] }, count: number): Promise<Run> {
  await until(() => tool.runs.length === count, `${count} runs`);
  return tool.runs[count - 1] ?? expect.fail();
}

describe('attempts of a job', () => {
  afterEach(closeJobs);

  describe('cancellation', () => {
    it('takes a waiting job out of the queue', async () => {
      const tool = heldTool('held');
      const { runner, submit } = await openJobs({ tools: [tool] });
      await submit('held');
      const id = await submit('held');
      const view = await runner.cancel(ada, id, 'not needed');
      expect(view).to.deep.include({ status: 'canceled', attempt: 0 });
      expect(view.error).to.deep.include({ code: 4990, message: 'not needed' });
      (await newest(tool, 1)).answer({});
      await rest();
      expect(tool.runs).to.have.length(1);
    });

    it('tells a running tool, and refuses what it says afterwards', async () => {
      const tool = heldTool('held');
      const { runner, submit, story, log } = await openJobs({ tools: [tool] });
      const id = await submit('held');
      const run = await newest(tool, 1);
      await runner.cancel(ada, id);
      expect(run.ctx.signal.reason).to.include({ errorName: 'CANCELLED' });
      run.ctx.progress({ stage: 'late', fraction: 0.9 });
      expect(await reasonOf(run.ctx.memo('late', () => Promise.resolve(1)))).to.include({ errorName: 'CANCELLED' });
      run.answer({ late: true });
      await rest();
      expect(runner.get(ada, id)).to.deep.include({ status: 'canceled', progress: 0 });
      expect(runner.get(ada, id)).not.to.have.property('result');
      expect(statesOf(await story(id))).to.deep.equal(['queued', 'in_progress', 'canceled']);
      expect(log.lines).not.to.include('the tool threw');
    });

    it('wins over a start that is on its way to disk', async () => {
      const tool = heldTool('held');
      const { clock, runner, submit } = await openJobs({ tools: [tool] });
      const id = await submit('held');
      // `submit` has resolved, and the start waits for the next commit.
      await runner.cancel(ada, id);
      await rest();
      expect(runner.get(ada, id).status).to.equal('canceled');
      expect(tool.runs.every(({ ctx }) => ctx.signal.aborted)).to.equal(true);
      clock.advance(10_000);
      await submit('held');
      await until(() => tool.runs.some(({ ctx }) => !ctx.signal.aborted));
    });

    it('is a CONFLICT for a final job', async () => {
      const tool = heldTool('held');
      const { runner, submit } = await openJobs({ tools: [tool] });
      const id = await submit('held');
      (await newest(tool, 1)).answer({});
      await until(() => runner.get(ada, id).status === 'completed');
      const refusal = await reasonOf(runner.cancel(ada, id));
      expect(refusal).to.include({ errorName: 'CONFLICT' }).with.property('message').that.contains('it is completed');
    });

    it('gives the slot of a tool that will not stop to the next after a while', async () => {
      const tool = heldTool('held');
      const { clock, runner, submit, log } = await openJobs({ tools: [tool], limits: { abortGraceMs: 1_000 } });
      const deaf = await submit('held');
      await newest(tool, 1);
      await submit('held');
      await runner.cancel(ada, deaf);
      clock.advance(999);
      await rest();
      expect(tool.runs).to.have.length(1);
      clock.advance(1);
      const second = await newest(tool, 2);
      expect(log.lines).to.include('the tool goes on although it was stopped; its slot is given away');
      // The deaf one settles at last: no second slot comes from that.
      tool.runs[0]?.answer({});
      await submit('held');
      await rest();
      expect(tool.runs).to.have.length(2);
      second.answer({});
      await newest(tool, 3);
    });
  });

  describe('the time limit', () => {
    it('fails the job with DEADLINE_EXCEEDED and stops the tool', async () => {
      const tool = heldTool('held', { timeoutMs: 5_000 });
      const { clock, runner, submit } = await openJobs({ tools: [tool] });
      const id = await submit('held');
      const run = await newest(tool, 1);
      clock.advance(4_999);
      expect(run.ctx.signal.aborted).to.equal(false);
      clock.advance(1);
      await until(() => runner.get(ada, id).status === 'failed');
      expect(runner.get(ada, id).error).to.deep.include({ code: 5040 });
      expect(run.ctx.signal.reason).to.include({ errorName: 'DEADLINE_EXCEEDED' });
      run.answer({ late: true });
      await rest();
      expect(runner.get(ada, id).status).to.equal('failed');
    });

    it('does not count the time in the queue, and leaves no timer behind', async () => {
      const tool = heldTool('held', { timeoutMs: 5_000 });
      const { clock, runner, submit } = await openJobs({ tools: [tool] });
      await submit('held');
      const id = await submit('held');
      const first = await newest(tool, 1);
      clock.advance(4_000);
      first.answer({});
      const second = await newest(tool, 2);
      clock.advance(4_000);
      second.answer({});
      await until(() => runner.get(ada, id).status === 'completed');
      expect(clock.pending, 'only the next pruning').to.equal(1);
    });
  });

  describe('a retry', () => {
    it('runs a failed job again, without paying for finished stages twice', async () => {
      const tool = heldTool('held');
      const { runner, submit, story } = await openJobs({ tools: [tool] });
      const id = await submit('held');
      const first = await newest(tool, 1);
      expect(await first.ctx.memo('script', () => Promise.resolve({ text: 'once' }))).to.deep.equal({ text: 'once' });
      first.fail(new CallError('UPSTREAM_ERROR', 'voice provider is away'));
      await until(() => runner.get(ada, id).status === 'failed');
      expect(await runner.retry(ada, id)).to.deep.include({ status: 'queued', progress: 0, attempt: 1 });
      const second = await newest(tool, 2);
      const again = await second.ctx.memo('script', () => Promise.reject(new Error('paid twice')));
      expect(again).to.deep.equal({ text: 'once' });
      second.answer({ ok: true });
      await until(() => runner.get(ada, id).status === 'completed');
      expect(runner.get(ada, id))
        .to.deep.include({ attempt: 2, result: { ok: true } })
        .and.not.to.have.property('error');
      const states = statesOf(await story(id));
      expect(states).to.deep.equal(['queued', 'in_progress', 'failed', 'queued', 'in_progress', 'completed']);
    });

    it('keeps the older attempt from interfering', async () => {
      const tool = heldTool('held');
      const { clock, runner, submit, story } = await openJobs({ tools: [tool] });
      const id = await submit('held');
      const old = await newest(tool, 1);
      const produced = deferred<number>();
      const lateMemo = reasonOf(old.ctx.memo('stage', () => produced.promise));
      await runner.cancel(ada, id);
      await runner.retry(ada, id);
      clock.advance(10_000);
      const current = await newest(tool, 2);
      produced.resolve(1);
      expect(await lateMemo).to.include({ errorName: 'CONFLICT' });
      old.ctx.progress({ stage: 'old', fraction: 0.9 });
      old.answer({ from: 'old' });
      await rest();
      expect(runner.get(ada, id)).to.deep.include({ status: 'in_progress', progress: 0 });
      expect(await current.ctx.memo('stage', () => Promise.resolve(2))).to.equal(2);
      current.answer({ from: 'current' });
      await until(() => runner.get(ada, id).status === 'completed');
      expect(runner.get(ada, id).result).to.deep.equal({ from: 'current' });
      expect(statesOf(await story(id)).filter((state) => state === 'completed')).to.have.length(1);
    });

    it('is a CONFLICT unless the job failed or was canceled', async () => {
      const tool = heldTool('held');
      const { runner, submit } = await openJobs({ tools: [tool], limits: { maxQueued: 1 } });
      const id = await submit('held');
      (await newest(tool, 1)).answer({});
      await until(() => runner.get(ada, id).status === 'completed');
      for (let i = 0; i < 3; i++) {
        const refusal = await reasonOf(runner.retry(ada, id));
        expect(refusal).to.include({ errorName: 'CONFLICT' });
      }
      await submit('held');
    });
  });

  describe('memo', () => {
    it('produces a stage once when it is asked for twice at the same time', async () => {
      const tool = heldTool('held');
      const { submit } = await openJobs({ tools: [tool] });
      await submit('held');
      const { ctx } = await newest(tool, 1);
      let count = 0;
      const produce = () => Promise.resolve(++count);
      expect(await Promise.all([ctx.memo('a', produce), ctx.memo('a', produce), ctx.memo('b', produce)])).to.deep.equal(
        [1, 1, 2],
      );
      expect(await ctx.memo('a', produce)).to.equal(1);
    });

    it('remembers null, forgets failures, and refuses what it could not give back', async () => {
      const tool = heldTool('held');
      const { submit } = await openJobs({ tools: [tool], limits: { maxResultBytes: 100 } });
      await submit('held');
      const { ctx } = await newest(tool, 1);
      expect(await ctx.memo('null', () => Promise.resolve(null))).to.equal(null);
      expect(await ctx.memo('null', () => Promise.reject(new Error('again')))).to.equal(null);
      expect(await reasonOf(ctx.memo('flaky', () => Promise.reject(new Error('once'))))).to.have.property(
        'message',
        'once',
      );
      expect(await ctx.memo('flaky', () => Promise.resolve('then'))).to.equal('then');
      expect(await reasonOf(ctx.memo('', () => Promise.resolve(1))))
        .to.have.property('message')
        .that.contains('512');
      const long = ctx.memo('long', () => Promise.resolve('x'.repeat(200)));
      expect(await reasonOf(long))
        .to.have.property('message')
        .that.contains('store it as an asset');
      const nothing = ctx.memo('nothing', () => Promise.resolve(undefined as never));
      expect(await reasonOf(nothing))
        .to.have.property('message')
        .that.contains('nothing JSON can carry');
    });
  });

  describe('progress', () => {
    it('is kept and told, thinned, never falling, and the last one is not lost', async () => {
      const tool = heldTool('held');
      const { clock, runner, submit, story } = await openJobs({ tools: [tool] });
      const id = await submit('held');
      const { ctx, fail } = await newest(tool, 1);
      for (let i = 1; i <= 100; i++) {
        clock.advance(10);
        ctx.progress({ stage: 'render', fraction: i / 200, stageFraction: i / 100, message: `frame ${i}` });
      }
      ctx.progress({ stage: 'render', fraction: 0.1, stageFraction: 0.2 });
      await rest();
      expect(runner.get(ada, id)).to.deep.include({ stage: 'render', status: 'in_progress' });
      fail(new CallError('TOOL_FAILED', 'broken'));
      await until(() => runner.get(ada, id).status === 'failed');
      expect(runner.get(ada, id)).to.deep.include({ progress: 0.5, stage: 'render', stageProgress: 1 });
      const told = (await story(id)).flatMap(({ data }) => (data.type === 'progress' ? [data.progress] : []));
      expect(told).to.have.length.within(4, 6);
      expect(told.at(-1)).to.equal(0.5);
      expect([...told].sort((a, b) => a - b)).to.deep.equal(told);
    });

    it('tells how long the rest will take', async () => {
      const tool = heldTool('held');
      const { clock, runner, submit } = await openJobs({ tools: [tool] });
      const id = await submit('held');
      const { ctx } = await newest(tool, 1);
      for (let second = 1; second <= 5; second++) {
        clock.advance(1_000);
        ctx.progress({ stage: 'render', fraction: second / 20 });
      }
      await rest();
      expect(runner.get(ada, id).estimatedRemaining).to.equal(15);
      clock.advance(2_000);
      expect(runner.get(ada, id).estimatedRemaining).to.equal(13);
    });
  });
});

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
