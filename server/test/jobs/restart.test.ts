import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import type { EmbeddedEngine } from '../../src/engine/embedded/engine.ts';
import { openEmbeddedEngine } from '../../src/engine/embedded/open.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { ada, bob, closeJobs, heldTool, openJobs, reasonOf, rest, statesOf, until } from './house.ts';

const DAY_MS = 86_400_000;

describe('jobs over restarts', () => {
  let engine: EmbeddedEngine;
  beforeEach(async () => {
    engine = await openEmbeddedEngine({ dataDir: ':memory:', log: keptLog() });
  });
  afterEach(closeJobs);

  it('resumes what was queued or running, in order, with finished stages remembered', async () => {
    const dead = heldTool('held');
    const before = await openJobs({ tools: [dead], engine });
    const ids: string[] = [];
    for (const n of [1, 2, 3]) ids.push(await before.submit('held', { args: { n } }));
    await until(() => dead.runs.length === 1);
    dead.runs[0]?.ctx.progress({ stage: 'half', fraction: 0.5 });
    await dead.runs[0]?.ctx.memo('stage', () => Promise.resolve('finished'));

    // The process is gone: nothing of it speaks any more. Another one opens the same file.
    const tool = heldTool('held');
    const { runner, story } = await openJobs({ tools: [tool], engine, slots: { cpu: 3, network: 1 } });
    await until(() => tool.runs.length === 3);
    expect(tool.runs.map(({ args }) => args.n)).to.deep.equal([1, 2, 3]);
    expect(runner.get(ada, ids[0] ?? ''))
      .to.deep.include({ attempt: 2, progress: 0 })
      .and.not.to.have.property('stage');
    expect(await tool.runs[0]?.ctx.memo('stage', () => Promise.resolve('again'))).to.equal('finished');
    dead.runs[0]?.answer({ from: 'the dead' });
    await rest();
    expect(runner.get(ada, ids[0] ?? '').status, 'a late result of the older attempt').to.equal('in_progress');
    for (const run of tool.runs) run.answer({});
    await until(() => ids.every((id) => runner.get(ada, id).status === 'completed'));
    const states = statesOf(await story(ids[0] ?? ''));
    expect(states).to.deep.equal(['queued', 'in_progress', 'queued', 'in_progress', 'completed']);
  });

  it('keeps a job whose tool is gone waiting until the tool is back, and holds nobody up with it', async () => {
    const old = heldTool('old');
    const before = await openJobs({ tools: [old], engine });
    const id = await before.submit('old');
    await until(() => old.runs.length === 1);
    const other = heldTool('other');
    const without = await openJobs({ tools: [other], engine });
    expect(without.log.lines).to.include('jobs wait for tools nobody offers yet');
    await without.submit('other');
    await until(() => other.runs.length === 1);
    expect(without.runner.get(ada, id)).to.deep.include({ status: 'queued', queuePosition: 1 });
    const { runner } = await openJobs({ tools: [old], engine });
    await until(() => old.runs.length === 2);
    old.runs[1]?.answer({});
    await until(() => runner.get(ada, id).status === 'completed');
  });

  it('gives up on a job that was interrupted too often, and on no other', async () => {
    const tool = heldTool('held');
    const limits = { maxAttempts: 3 };
    const first = await openJobs({ tools: [tool], engine, limits });
    const id = await first.submit('held');
    for (const runs of [1, 2, 3]) {
      await until(() => tool.runs.length === runs);
      // Each opening is the start of another process after the one before was killed.
      if (runs < 3) await openJobs({ tools: [tool], engine, limits });
    }
    const { runner, submit } = await openJobs({ tools: [tool], engine, limits });
    const { status, error } = runner.get(ada, id);
    expect(status).to.equal('failed');
    expect(error?.message).to.contain('interrupted 3 times');
    const other = await submit('held');
    await until(() => runner.get(ada, other).status === 'in_progress');
  });

  it('knows from the ledger how long tools usually take', async () => {
    const tool = heldTool('held');
    const clock = new FakeClock();
    const before = await openJobs({ tools: [tool], engine, clock });
    const id = await before.submit('held');
    await until(() => tool.runs.length === 1);
    clock.advance(8_000);
    tool.runs[0]?.answer({});
    await until(() => before.runner.get(ada, id).status === 'completed');
    const after = await openJobs({ tools: [tool], engine, clock });
    const second = await after.submit('held');
    await until(() => tool.runs.length === 2);
    expect(after.runner.get(ada, second).estimatedRemaining).to.equal(8);
  });

  describe('a drain', () => {
    it('lets running jobs finish, starts nothing more, and refuses new ones', async () => {
      const tool = heldTool('held');
      const { clock, runner, submit } = await openJobs({ tools: [tool], engine });
      const id = await submit('held');
      const waiting = await submit('held');
      await until(() => tool.runs.length === 1);
      const drained = runner.drain(5_000);
      expect(await reasonOf(submit('held'))).to.include({ errorName: 'DRAINING' });
      clock.advance(4_000);
      tool.runs[0]?.answer({ in: 'time' });
      await drained;
      expect(runner.get(ada, id)).to.deep.include({ status: 'completed', result: { in: 'time' } });
      expect(runner.get(ada, waiting).status).to.equal('queued');
      expect(tool.runs).to.have.length(1);
      expect(clock.pending).to.equal(0);
    });

    it('leaves a job that takes longer in progress, not failed, and the next start runs it', async () => {
      const tool = heldTool('held');
      const { clock, runner, submit } = await openJobs({ tools: [tool], engine });
      const id = await submit('held');
      await until(() => tool.runs.length === 1);
      const run = tool.runs[0] ?? expect.fail();
      run.ctx.signal.addEventListener('abort', () => run.fail(run.ctx.signal.reason));
      const drained = runner.drain(5_000);
      clock.advance(5_000);
      await drained;
      expect(run.ctx.signal.reason).to.include({ errorName: 'DRAINING' });
      expect(runner.get(ada, id).status).to.equal('in_progress');

      const next = heldTool('held');
      const after = await openJobs({ tools: [next], engine });
      await until(() => next.runs.length === 1);
      next.runs[0]?.answer({});
      await until(() => after.runner.get(ada, id).status === 'completed');
    });

    it('does not wait for a tool that will not stop longer than its grace', async () => {
      const tool = heldTool('held');
      const { clock, runner, submit } = await openJobs({ tools: [tool], engine, limits: { abortGraceMs: 1_000 } });
      await submit('held');
      await until(() => tool.runs.length === 1);
      let over = false;
      const drained = runner.drain(0).then(() => {
        over = true;
      });
      clock.advance(0);
      await rest();
      clock.advance(999);
      await rest();
      expect(over).to.equal(false);
      clock.advance(1);
      await drained;
    });

    it('abandons a start that was on its way to disk', async () => {
      const tool = heldTool('held');
      const { clock, runner, submit } = await openJobs({ tools: [tool], engine });
      const id = await submit('held');
      const closing = runner.close();
      clock.advance(0);
      await closing;
      expect(tool.runs).to.have.length(0);
      expect(runner.get(ada, id).status).to.be.oneOf(['queued', 'in_progress']);
      expect(await reasonOf(runner.retry(ada, id))).to.include({ errorName: 'DRAINING' });
    });
  });

  describe('a full disk', () => {
    it('holds an outcome back until it can be stored', async () => {
      const tool = heldTool('held');
      const { clock, ledger, runner, submit, log } = await openJobs({ tools: [tool], engine });
      const id = await submit('held');
      await until(() => tool.runs.length === 1);
      const finish = ledger.finish.bind(ledger);
      let tries = 0;
      ledger.finish = () => {
        tries += 1;
        return Promise.reject(new CallError('STORAGE_FULL'));
      };
      tool.runs[0]?.answer({ kept: true });
      await until(() => tries === 1);
      await rest();
      clock.advance(1_000);
      await until(() => tries === 2);
      await rest();
      ledger.finish = finish;
      clock.advance(1_999);
      await rest();
      expect(runner.get(ada, id).status).to.equal('in_progress');
      clock.advance(1);
      await until(() => runner.get(ada, id).status === 'completed');
      expect(log.lines.filter((line) => line.startsWith('could not store the outcome'))).to.have.length(2);
    });

    it('gives up holding it when the gateway goes down: the next start runs the job again', async () => {
      const tool = heldTool('held');
      const { ledger, runner, clock, submit } = await openJobs({ tools: [tool], engine });
      await submit('held');
      await until(() => tool.runs.length === 1);
      ledger.finish = () => Promise.reject(new CallError('STORAGE_FULL'));
      tool.runs[0]?.answer({});
      await rest();
      const drained = runner.drain(1);
      clock.advance(1);
      await drained;
      expect(clock.pending).to.equal(0);
    });

    it('starts nothing for a moment, then tries the same job again', async () => {
      const tool = heldTool('held');
      const { clock, ledger, submit } = await openJobs({ tools: [tool], engine });
      const start = ledger.start.bind(ledger);
      ledger.start = () => Promise.reject(new CallError('STORAGE_FULL'));
      await submit('held', { args: { n: 1 } });
      await rest();
      await submit('held', { args: { n: 2 } });
      await rest();
      expect(tool.runs).to.have.length(0);
      ledger.start = start;
      clock.advance(1_000);
      await until(() => tool.runs.length === 1);
      expect(tool.runs[0]?.args.n).to.equal(1);
    });

    it('costs a refused job no place in the queue', async () => {
      const tool = heldTool('held');
      const { ledger, submit } = await openJobs({ tools: [tool], engine, limits: { maxQueued: 1 } });
      const accept = ledger.submit.bind(ledger);
      ledger.submit = () => Promise.reject(new CallError('STORAGE_FULL'));
      for (let i = 0; i < 3; i++) expect(await reasonOf(submit('held'))).to.include({ errorName: 'STORAGE_FULL' });
      ledger.submit = accept;
      await submit('held');
    });

    it('does not fail a job over progress that could not be stored', async () => {
      const tool = heldTool('held');
      const { ledger, runner, submit, log } = await openJobs({ tools: [tool], engine });
      const id = await submit('held');
      await until(() => tool.runs.length === 1);
      ledger.progress = () => Promise.reject(new CallError('STORAGE_FULL'));
      tool.runs[0]?.ctx.progress({ stage: 'a', fraction: 0.1 });
      tool.runs[0]?.answer({});
      await until(() => runner.get(ada, id).status === 'completed');
      expect(log.lines).to.include('could not store progress');
    });
  });

  describe('retention', () => {
    it('removes jobs that finished long ago with everything they left, at start and every hour', async () => {
      const tool = heldTool('held');
      const clock = new FakeClock();
      const { runner, ledger, submit } = await openJobs({ tools: [tool], engine, clock, limits: { retentionDays: 2 } });
      const count = (table: string) => engine.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.count;
      const old = await submit('held', { idempotencyKey: 'k' });
      await until(() => tool.runs.length === 1);
      await tool.runs[0]?.ctx.memo('stage', () => Promise.resolve(1));
      tool.runs[0]?.answer({});
      await until(() => runner.get(ada, old).status === 'completed');
      clock.advance(DAY_MS);
      const young = await submit('held');
      await until(() => tool.runs.length === 2);
      tool.runs[1]?.answer({});
      await until(() => runner.get(ada, young).status === 'completed');
      clock.advance(DAY_MS + 3_600_000);
      await until(() => count('jobs') === 1);
      expect(() => runner.get(ada, old))
        .to.throw()
        .with.property('errorName', 'NOT_FOUND');
      expect([count('job_events'), count('job_memos')]).to.deep.equal([3, 0]);
      expect(ledger.events.lastOfOwner('ada'), 'numbers go on').to.equal(6);
      expect(await submit('held', { idempotencyKey: 'k' }), 'the key is free again').not.to.equal(old);
    });

    it('never gives a number of an owner’s events out twice, even when all of them are gone', async () => {
      const tool = heldTool('held');
      const clock = new FakeClock();
      const { ledger, runner, submit } = await openJobs({ tools: [tool], engine, clock });
      const old = await submit('held');
      await until(() => tool.runs.length === 1);
      await runner.cancel(ada, old);
      await submit('held', { principal: bob });
      expect(await ledger.prune(clock.now() + 1)).to.equal(1);
      expect(ledger.events.ofOwner('ada', 0, 10)).to.deep.equal([]);
      await submit('held');
      expect(ledger.events.ofOwner('ada', 0, 10)[0]?.ownerSeq).to.equal(4);
      expect(ledger.events.lastOfOwner('ada')).to.equal(4);
    });

    it('removes many, and never a job that is not final', async () => {
      const tool = heldTool('held');
      const clock = new FakeClock();
      const { ledger, runner, submit } = await openJobs({ tools: [tool], engine, clock });
      const running = await submit('held');
      const ids = await Promise.all(Array.from({ length: 250 }, () => submit('held')));
      for (const id of ids) await runner.cancel(ada, id);
      await submit('held');
      expect(await ledger.prune(clock.now() + 1)).to.equal(250);
      expect(runner.list(ada, { limit: 200 }).jobs).to.have.length(2);
      expect(runner.get(ada, running).status).to.equal('in_progress');
    });

    it('does not stop the gateway when it fails', async () => {
      const { clock, ledger, log } = await openJobs({ tools: [], engine });
      ledger.prune = () => Promise.reject(new CallError('STORAGE_FULL'));
      clock.advance(3_600_000);
      await rest();
      expect(log.lines).to.include('could not remove old jobs');
    });
  });
});
