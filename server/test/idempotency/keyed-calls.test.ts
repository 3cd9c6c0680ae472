import { CallError, type ProgressReport } from '@callsheet/protocol';
import { expect } from 'chai';
import { rest } from '../jobs/house.ts';
import { KEEP_MS, KeyHouse, type Request } from './house.ts';

const BOB = { id: 'key:bob', role: 'user', scopes: [] };
const cancelled = (): CallError => new CallError('CANCELLED', 'Cancelled by the caller: enough');
/** What a request was refused with. */
const refusal = (request: Request) => {
  const { error } = request.told() ?? {};
  return error && { name: error.errorName, retryable: error.retryable, maybeExecuted: error.facts.maybeExecuted };
};
const HAS_RUN = { name: 'CONFLICT', retryable: false, maybeExecuted: true };

describe('calls under a key', () => {
  let house: KeyHouse;
  beforeEach(async () => {
    house = await KeyHouse.open();
  });

  it('run once, whether the second comes while the first runs or after it', async () => {
    const [first, second] = [house.ask(), house.ask()];
    await rest();
    expect(house.runs).to.have.length(1);
    house.runs[0]?.answer({ made: 1 });
    await rest();
    const third = house.ask();
    await rest();
    expect([first, second, third].map(({ told }) => told())).to.deep.equal(Array(3).fill({ result: { made: 1 } }));
    expect(house.runs).to.have.length(1);
    expect([first, second, third].map(({ call }) => call.receipt?.replayed)).to.deep.equal([undefined, true, true]);
  });

  it('are on disk before they run, and answered when their outcome is', async () => {
    const first = house.ask();
    expect(house.runs).to.have.length(0);
    await rest();
    expect([house.runs.length, house.stored]).to.deep.equal([1, 1]);
    house.runs[0]?.answer({});
    await Promise.resolve();
    await Promise.resolve();
    expect(first.told()).to.equal(undefined);
    await rest();
    expect(first.told()).to.deep.equal({ result: {} });
  });

  it('of tools that may run twice wait for no disk before', async () => {
    house.ask({ tool: { idempotent: true } });
    expect(house.runs).to.have.length(1);
    house.runs[0]?.answer({});
    await rest();
    expect(house.stored).to.equal(1);
  });

  it('are refused with other arguments, another project or as a dry run, running or ended', async () => {
    house.ask({ args: { n: 1 } });
    const others = (): Request[] => [
      house.ask({ args: { n: 2 } }),
      house.ask({ args: { n: 1 }, changes: { meta: { idempotencyKey: 'k', project: 'film' } } }),
      house.ask({ args: { n: 1 }, changes: { meta: { idempotencyKey: 'k', dryRun: true } } }),
    ];
    const early = others();
    await rest();
    house.runs[0]?.answer({});
    await rest();
    const late = others();
    await rest();
    const names = [...early, ...late].map((request) => refusal(request)?.name);
    expect(names).to.deep.equal(Array(6).fill('IDEMPOTENCY_MISMATCH'));
  });

  it('are others for another caller and for another tool', async () => {
    house.ask();
    house.ask({ principal: BOB });
    house.ask({ tool: { name: 'other' } });
    await rest();
    expect(house.runs).to.have.length(3);
  });

  it('take the key from the argument of that name as well', async () => {
    const args = { idempotency_key: 'mine' };
    const asks = [0, 1].map(() => house.ask({ args, changes: { meta: {} } }));
    await rest();
    expect(house.runs.map(({ call }) => call.args)).to.deep.equal([args]);
    house.runs[0]?.answer({});
    await rest();
    expect(asks.map(({ told }) => told())).to.deep.equal([{ result: {} }, { result: {} }]);
  });

  it('keep what a tool refused, and run again after what has not run', async () => {
    house.ask();
    await rest();
    const issues = [{ path: '/n', keyword: 'even', message: 'must be even' }];
    house.runs[0]?.fail(new CallError('INVALID_PARAMS', 'Cannot take an odd n', { issues }));
    await rest();
    const again = house.ask();
    await rest();
    expect(again.told()?.error?.toWire()).to.deep.equal(
      new CallError('INVALID_PARAMS', 'Cannot take an odd n', { issues }).toWire(),
    );
    for (const error of [
      new CallError('OVERLOADED'),
      new CallError('TOOL_NOT_FOUND', 'gone', { maybeExecuted: false }),
    ]) {
      const { length } = house.runs;
      house.ask({ key: error.errorName });
      await rest();
      house.runs[length]?.fail(error);
      await rest();
      house.ask({ key: error.errorName });
      await rest();
      expect(house.runs, error.errorName).to.have.length(length + 2);
    }
  });

  it('run again when they may have run and twice does no harm, and else tell how they ended', async () => {
    const late = new CallError('DEADLINE_EXCEEDED', 'too late', { maybeExecuted: true });
    for (const idempotent of [true, false]) {
      const key = String(idempotent);
      house.runs.length = 0;
      house.ask({ key, tool: { idempotent } });
      await rest();
      house.runs[0]?.fail(late);
      await rest();
      const second = house.ask({ key, tool: { idempotent } });
      await rest();
      expect(house.runs).to.have.length(idempotent ? 2 : 1);
      expect(refusal(second)?.name).to.equal(idempotent ? undefined : 'DEADLINE_EXCEEDED');
    }
  });

  it('are forgotten when their time is over', async () => {
    house.ask();
    await rest();
    house.runs[0]?.answer({});
    await rest();
    house.clock.advance(KEEP_MS - 1);
    house.ask();
    await rest();
    expect([house.runs.length, house.stored]).to.deep.equal([1, 1]);
    house.clock.advance(1);
    await rest();
    expect(house.stored).to.equal(0);
    house.ask();
    await rest();
    expect(house.runs).to.have.length(2);
  });

  it('with a result too large to keep are answered once, and then with CONFLICT', async () => {
    const first = house.ask({ tool: { idempotent: true } });
    const blob = 'x'.repeat(2_000);
    house.runs[0]?.answer({ blob });
    await rest();
    expect(first.told()).to.deep.equal({ result: { blob } });
    const second = house.ask({ tool: { idempotent: true } });
    await rest();
    expect(refusal(second)).to.deep.equal(HAS_RUN);
    expect(house.runs).to.have.length(1);
  });

  it('with an answer JSON has no words for are answered all the same', async () => {
    const first = house.ask();
    await rest();
    house.runs[0]?.answer({ n: 1n } as never);
    await rest();
    expect(first.told()?.result).to.deep.equal({ n: 1n });
    const second = house.ask();
    await rest();
    expect(refusal(second)).to.deep.equal(HAS_RUN);
  });

  describe('and those who wait', () => {
    it('have a deadline each, and the run goes on while one of them waits', async () => {
      const patient = house.ask();
      const hasty = house.ask({ deadlineMs: 10 });
      await rest();
      expect(house.runs[0]?.call.meta.deadlineMs).to.equal(undefined);
      house.clock.advance(10);
      await rest();
      expect(refusal(hasty)).to.deep.equal({ name: 'DEADLINE_EXCEEDED', retryable: true, maybeExecuted: true });
      expect(house.runs[0]?.call.cancellation.reason).to.equal(undefined);
      house.runs[0]?.answer({ in: 'time' });
      await rest();
      expect(patient.told()).to.deep.equal({ result: { in: 'time' } });
      expect(house.clock.pending).to.equal(1);
    });

    it('cancel the run when the last of them gives up', async () => {
      const [first, second] = [house.ask(), house.ask({ deadlineMs: 10 })];
      await rest();
      first.cancellation.cancel(cancelled());
      await rest();
      expect(refusal(first)?.name).to.equal('CANCELLED');
      expect(house.runs[0]?.call.cancellation.reason).to.equal(undefined);
      house.clock.advance(10);
      expect(house.runs[0]?.call.cancellation.reason?.errorName).to.equal('DEADLINE_EXCEEDED');
      await rest();
      expect(refusal(second)).to.include({ name: 'DEADLINE_EXCEEDED', retryable: false });
    });

    it('that gave up before it was sent have run nothing, and the key is free', async () => {
      house.ask().cancellation.cancel(cancelled());
      await rest();
      expect([house.runs.length, house.stored]).to.deep.equal([0, 0]);
      house.ask();
      await rest();
      expect(house.runs).to.have.length(1);
    });

    it('that come while a cancelled run ends hear nothing of that, and run it anew when it may run', async () => {
      const tool = { idempotent: true };
      const first = house.ask({ tool });
      first.cancellation.cancel(cancelled());
      const second = house.ask({ tool });
      await rest();
      expect(house.runs).to.have.length(2);
      house.runs[1]?.answer({});
      await rest();
      expect(second.told()).to.deep.equal({ result: {} });
    });

    it('hear of progress as far as they want to, from how far it is when they come', async () => {
      const heard: [string, number][] = [];
      const hear = (who: string) => ({
        changes: { progress: ({ fraction }: ProgressReport) => void heard.push([who, fraction]) },
      });
      house.ask();
      house.ask(hear('ada'));
      await rest();
      house.runs[0]?.call.progress?.({ stage: 'work', fraction: 0.5 });
      house.ask(hear('bob'));
      house.runs[0]?.call.progress?.({ stage: 'work', fraction: 0.6 });
      expect(heard).to.deep.equal([
        ['ada', 0.5],
        ['bob', 0.5],
        ['ada', 0.6],
        ['bob', 0.6],
      ]);
    });

    it('and were cancelled before they asked start nothing', async () => {
      const cancellation = house.ask({ key: 'other' }).cancellation;
      cancellation.cancel(cancelled());
      const late = house.ask({ changes: { cancellation } });
      await rest();
      expect(refusal(late)?.name).to.equal('CANCELLED');
      expect(house.runs).to.have.length(0);
    });
  });

  describe('whose connection is lost', () => {
    it('go on, and answer whoever comes back', async () => {
      const first = house.ask();
      await rest();
      first.cancellation.leave(house.gone());
      await rest();
      expect(refusal(first)?.name).to.equal('CANCELLED');
      expect(house.runs[0]?.call.cancellation.reason).to.equal(undefined);
      const back = house.ask();
      house.runs[0]?.answer({ done: true });
      await rest();
      expect(back.told()).to.deep.equal({ result: { done: true } });
      expect([house.runs.length, house.unheard]).to.deep.equal([1, []]);
    });

    it('end with their deadline when nobody comes back', async () => {
      const first = house.ask({ deadlineMs: 100 });
      await rest();
      first.cancellation.leave(house.gone());
      house.clock.advance(99);
      expect(house.runs[0]?.call.cancellation.reason).to.equal(undefined);
      house.clock.advance(1);
      expect(house.runs[0]?.call.cancellation.reason?.errorName).to.equal('DEADLINE_EXCEEDED');
    });

    it('are cancelled by whoever came back for them', async () => {
      house.ask({ deadlineMs: 100 }).cancellation.leave(house.gone());
      const back = house.ask();
      await rest();
      back.cancellation.cancel(cancelled());
      expect(house.runs[0]?.call.cancellation.reason?.errorName).to.equal('CANCELLED');
      expect(house.clock.pending).to.equal(0);
    });

    it('tell how they ended to the house when nobody hears it', async () => {
      house.ask().cancellation.leave(house.gone());
      await rest();
      house.runs[0]?.answer({ made: 1 });
      await rest();
      expect(house.unheard).to.deep.equal([{ result: { made: 1 } }]);
      const back = house.ask();
      await rest();
      expect(back.told()).to.deep.equal({ result: { made: 1 } });
    });
  });

  describe('after the process that ran them was killed', () => {
    it('are answered with the kept outcome, and not run where there is none', async () => {
      house.ask({ key: 'ended' });
      house.ask({ key: 'ran' });
      await rest();
      house.runs[0]?.answer({ n: 1 });
      await rest();
      house.restart();
      const [ended, ran] = [house.ask({ key: 'ended' }), house.ask({ key: 'ran' })];
      await rest();
      expect(ended.told()).to.deep.equal({ result: { n: 1 } });
      expect(refusal(ran)).to.deep.equal(HAS_RUN);
      expect(house.runs).to.have.length(0);
    });

    it('run again when twice does no harm, also when that is said only now', async () => {
      house.ask({ key: 'a', tool: { idempotent: true } });
      house.ask({ key: 'b' });
      await rest();
      house.restart();
      for (const key of ['a', 'b']) house.ask({ key, tool: { idempotent: true } });
      await rest();
      expect(house.runs).to.have.length(2);
    });

    it('are forgotten ten minutes after that, whatever they were', async () => {
      house.ask();
      await rest();
      house.restart();
      await rest();
      house.clock.advance(KEEP_MS);
      await rest();
      expect(house.stored).to.equal(0);
      house.restart();
      house.ask();
      await rest();
      expect(house.runs).to.have.length(1);
    });
  });

  describe('and a gateway that goes down', () => {
    it('waits for what runs, up to its own deadline', async () => {
      house.ask().cancellation.leave(house.gone());
      await rest();
      let settled = 0;
      const settle = (): void => {
        settled += 1;
      };
      void house.calls.settled(1_000).then(settle);
      void house.calls.settled(0).then(settle);
      await rest();
      expect(settled).to.equal(1);
      house.runs[0]?.answer({});
      await rest();
      expect(settled).to.equal(2);
      house.ask({ key: 'slow' });
      void house.calls.settled(1_000).then(settle);
      house.clock.advance(1_000);
      await rest();
      expect(settled).to.equal(3);
    });

    it('ends the rest, which is then never said to have not run', async () => {
      const request = house.ask();
      await rest();
      house.calls.close();
      await rest();
      expect(refusal(request)).to.include({ name: 'DRAINING', maybeExecuted: true });
      house.restart();
      const again = house.ask();
      await rest();
      expect(refusal(again)).to.deep.equal(HAS_RUN);
    });
  });

  describe('on a full disk', () => {
    it('do not run when they must not run twice', async () => {
      house.diskIsFull = true;
      const first = house.ask();
      await rest();
      expect(refusal(first)).to.include({ name: 'STORAGE_FULL', retryable: true });
      house.diskIsFull = false;
      house.ask();
      await rest();
      expect(house.runs).to.have.length(1);
    });

    it('are answered, and not run again without their outcome', async () => {
      const first = house.ask();
      await rest();
      house.diskIsFull = true;
      house.runs[0]?.answer({ n: 1 });
      await rest();
      house.diskIsFull = false;
      expect(first.told()).to.deep.equal({ result: { n: 1 } });
      const second = house.ask();
      house.restart();
      const third = house.ask();
      await rest();
      expect([second, third].map(refusal)).to.deep.equal([HAS_RUN, HAS_RUN]);
      expect(house.log.lines).to.deep.equal(['could not keep the outcome of a call under a key']);
    });

    it('forget later what cannot be removed now', async () => {
      house.ask();
      await rest();
      house.runs[0]?.answer({});
      await rest();
      house.diskIsFull = true;
      house.clock.advance(KEEP_MS);
      await rest();
      expect(house.log.lines).to.deep.equal(['could not remove calls under a key from the disk']);
      house.diskIsFull = false;
      house.restart();
      await rest();
      expect(house.stored).to.equal(0);
    });
  });
});
