import { CallError, isFinal, type JobStatus } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { openEmbeddedEngine } from '../../src/engine/embedded/open.ts';
import type { LoggedEvent } from '../../src/jobs/event-log.ts';
import { Ledger } from '../../src/jobs/ledger.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { ada, bob, closeJobs, heldTool, openJobs, rest, steadyBytes, until } from './house.ts';

/** What a job must look like, kept by rules written down a second time. */
interface Model {
  readonly id: string;
  status: JobStatus;
  attempt: number;
  progress: number;
  events: number;
  result: unknown;
  memo: number | undefined;
}

const which = fc.nat(4);
/** 0 speaks for the current attempt, 1 and 2 for older ones. */
const age = fc.constantFrom(0, 0, 0, 1, 2);
const step = fc.oneof(
  fc.record({ do: fc.constant('submit' as const), owner: fc.constantFrom(ada, bob), which, age }),
  fc.record({ do: fc.constantFrom('start', 'cancel', 'retry', 'crash' as const), which, age }),
  fc.record({ do: fc.constantFrom('progress', 'complete', 'fail', 'memo' as const), which, age }),
  // Somebody else's write that changes something and then fails: the whole transaction is played again without it.
  fc.record({ do: fc.constant('spoil' as const), which, age }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The one place where the rules stand: whether a step may happen, and what it changes. */
function apply(model: Model, what: Step['do'], old: number, token: number): boolean {
  const running = model.status === 'in_progress';
  const current = running && old === 0;
  const become = (status: JobStatus, change: Partial<Model> = {}): boolean => {
    Object.assign(model, { status, events: model.events + 1 }, change);
    return true;
  };
  switch (what) {
    case 'start':
      return model.status === 'queued' && become('in_progress', { attempt: model.attempt + 1 });
    case 'cancel':
      return !isFinal(model.status) && become('canceled');
    case 'retry':
      return (model.status === 'failed' || model.status === 'canceled') && become('queued', { progress: 0 });
    case 'crash':
      return current && become('queued', { progress: 0 });
    case 'progress':
      return current && become('in_progress', { progress: 0.5 });
    case 'complete':
      return current && become('completed', { progress: 1, result: { token } });
    case 'fail':
      return current && become('failed');
    case 'memo':
      if (current) model.memo ??= token;
      return current;
    default:
      return true;
  }
}

describe('the state machine of a job', () => {
  afterEach(closeJobs);

  it('holds in the ledger for any order of steps, however many of them share a transaction', async () => {
    const engine = await openEmbeddedEngine({ dataDir: ':memory:', log: keptLog() });
    const ledger = new Ledger(engine, { clock: new FakeClock(), random: steadyBytes() });
    const heard: LoggedEvent[] = [];
    ledger.listen((event) => heard.push(event));

    const spoil = (): never => {
      engine.prepare('UPDATE jobs SET last_seq = last_seq + 7').run();
      throw new Error('changed my mind');
    };
    const perform = async (model: Model, what: Step['do'], attempt: number, token: number): Promise<boolean> => {
      const job = { ...(ledger.read.byId(model.id) ?? expect.fail()), attempt };
      switch (what) {
        case 'start':
          return (await ledger.start(job)) !== undefined;
        case 'cancel':
          return (await ledger.cancel(model.id)) !== undefined;
        case 'retry':
          return (await ledger.retry(model.id)) !== undefined;
        case 'crash':
          return (await ledger.requeue(job)) !== undefined;
        case 'progress':
          return ledger.progress(job, 0.5, { stage: 'half' });
        case 'complete':
          return ledger.finish(job, { status: 'completed', result: JSON.stringify({ token }) });
        case 'fail':
          return ledger.finish(job, { status: 'failed', error: new CallError('TOOL_FAILED').toWire() });
        case 'memo':
          await ledger.memos.put(job.n, attempt, 'stage', JSON.stringify(token));
          return true;
        default:
          return true;
      }
    };

    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 12 }), async (turns) => {
        const models: Model[] = [];
        let token = 0;
        for (const turn of turns) {
          // Everything of one turn is asked for before anything is answered.
          const answers: Promise<unknown>[] = [];
          const expected: boolean[] = [];
          for (const one of turn) {
            if (one.do === 'submit') {
              const { owner: principal } = one;
              const { job } = await ledger.submit({ principal, tool: 't', args: {}, project: 'p' });
              const fresh = { attempt: 0, progress: 0, events: 1, result: undefined, memo: undefined };
              models.push({ id: job.id, status: 'queued', ...fresh });
              continue;
            }
            if (one.do === 'spoil') {
              answers.push(engine.write(spoil).catch(() => false));
              expected.push(false);
              continue;
            }
            const model = models[one.which % Math.max(1, models.length)];
            if (model === undefined) continue;
            token += 1;
            answers.push(perform(model, one.do, model.attempt - one.age, token).catch(() => false));
            expected.push(apply(model, one.do, one.age, token));
          }
          expect(await Promise.all(answers)).to.deep.equal(expected);
        }
        for (const model of models) {
          const job = ledger.read.byId(model.id) ?? expect.fail();
          const { status, attempt, progress, events } = model;
          expect(job).to.include({ status, attempt, progress, lastSeq: events });
          expect(ledger.read.resultOf(job.n)).to.deep.equal(model.result);
          expect(ledger.memos.get(job.n, 'stage')).to.equal(model.memo);
          const stored = ledger.events.ofJob(job.n, 0, 1_000);
          expect(stored.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: events }, (_, i) => i + 1));
          expect(heard.filter(({ job: n }) => n === job.n)).to.deep.equal(stored);
          const completions = stored.filter(({ detail }) => detail.type === 'state' && detail.status === 'completed');
          expect(completions).to.have.length(status === 'completed' ? 1 : 0);
        }
        for (const { id } of [ada, bob]) {
          const numbers = ledger.events.ofOwner(id, 0, 100_000).map(({ ownerSeq }) => ownerSeq);
          expect(numbers).to.deep.equal(Array.from({ length: ledger.events.lastOfOwner(id) }, (_, i) => i + 1));
        }
      }),
      { numRuns: 60 },
    );
    engine.close();
  });

  it('brings every job to an end in the runner, over crashes, cancellations and retries', async () => {
    const act = fc.oneof(
      fc.record({ do: fc.constantFrom('submit', 'crash', 'drain' as const), which: fc.constant(0) }),
      fc.record({
        do: fc.constantFrom('answer', 'fail', 'cancel', 'retry', 'progress', 'late' as const),
        which: fc.nat(9),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async (acts) => {
        const engine = await openEmbeddedEngine({ dataDir: ':memory:', log: keptLog() });
        const clock = new FakeClock();
        const tool = heldTool('held', { slots: 'network' });
        const ledger = new Ledger(engine, { clock, random: steadyBytes() });
        let jobs = await openJobs({ tools: [tool], engine, ledger, clock });
        const ids: string[] = [];
        let alive = 0;
        for (const { do: what, which } of acts) {
          const id = ids[which % Math.max(1, ids.length)] ?? '';
          const run = tool.runs[alive + which];
          if (what === 'submit') ids.push(await jobs.submit('held', { args: { n: ids.length } }));
          else if (what === 'answer') run?.answer({ n: run.args.n });
          else if (what === 'fail') run?.fail(new Error('no'));
          else if (what === 'progress') run?.ctx.progress({ stage: 's', fraction: which / 10 });
          else if (what === 'late') tool.runs.slice(0, alive)[which]?.answer({ n: 'from the dead' });
          else if (what === 'cancel') await jobs.runner.cancel(ada, id).catch(() => undefined);
          else if (what === 'retry') await jobs.runner.retry(ada, id).catch(() => undefined);
          else {
            // A drain that has no time, or a process that is simply gone: in both cases the next one takes over.
            if (what === 'drain') void jobs.runner.drain(0);
            clock.advance(0);
            await rest();
            alive = tool.runs.length;
            jobs = await openJobs({ tools: [tool], engine, ledger, clock });
          }
          if (which % 3 === 0) await rest();
        }
        await until(() => {
          for (const run of tool.runs.slice(alive)) run.answer({ n: run.args.n });
          clock.advance(10_000);
          return ids.every((id) => isFinal(jobs.runner.get(ada, id).status));
        });
        ids.forEach((id, n) => {
          const view = jobs.runner.get(ada, id);
          if (view.status === 'completed') expect(view.result).to.deep.equal({ n });
        });
        expect(jobs.runner.counts()).to.deep.equal({ queued: 0, running: 0 });
        await closeJobs();
      }),
      { numRuns: 40 },
    );
  });
});
