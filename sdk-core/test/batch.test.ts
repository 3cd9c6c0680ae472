import { expect } from 'chai';
import fc from 'fast-check';
import { type BatchEvent, type BatchItem, type BatchMode, type BatchOptions, batch } from '../src/batch.ts';
import { cancelledError } from '../src/pending-call.ts';
import { settle } from './fake-clock.ts';

interface Tools {
  speak: { input: { text: string }; output: { url: string } };
  count: { input: { to: number }; output: number };
}

/** A call under way, as a batch sees it. */
interface OpenCall {
  readonly tool: string;
  readonly args: unknown;
  readonly options: unknown;
  cancelled: unknown;
  answer(value: unknown): void;
  fail(error: unknown): void;
}

function world() {
  const calls: OpenCall[] = [];
  const callTool = (tool: string, args: never, options?: object) => {
    let open: OpenCall | undefined;
    let over = false;
    const promise = new Promise((answer, fail) => {
      const ending =
        <V>(end: (value: V) => void) =>
        (value: V): void => {
          over = true;
          end(value);
        };
      open = { tool, args, options, cancelled: undefined, answer: ending(answer), fail: ending(fail) };
      calls.push(open);
    });
    const cancel = (reason?: unknown): void => {
      if (!open || over) return;
      open.cancelled = { reason };
      open.fail(cancelledError(tool, reason, true));
    };
    return Object.assign(promise, { cancel });
  };
  /** As a client with types has it. */
  const run = <const A extends readonly BatchItem<Tools>[], M extends BatchMode = 'fail-fast'>(
    items: A,
    options?: BatchOptions<M>,
  ) => batch<Tools, A, M>(callTool, items, options);
  return { calls, run };
}

const many = (length: number): BatchItem<Tools>[] =>
  Array.from({ length }, (_, to) => ({ tool: 'count' as const, args: { to } }));

async function collect(events: AsyncIterable<BatchEvent>): Promise<string[]> {
  const lines: string[] = [];
  for await (const { index, result } of events) {
    lines.push(`${index} ${result.status === 'fulfilled' ? result.value : result.reason.code}`);
  }
  return lines;
}

type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
const same = <A, B>(proof: Same<A, B>): boolean => proof;

/** Never run: the compiler is the test. Every line below the comments must fail to compile, or compiling fails. */
async function usage({ run }: ReturnType<typeof world>): Promise<void> {
  const results = await run([
    { tool: 'speak', args: { text: 'hi' } },
    { tool: 'count', args: { to: 3 }, options: { timeoutMs: 5 } },
  ]);
  same<typeof results, [{ url: string }, number]>(true);
  const outcomes = await run([{ tool: 'count', args: { to: 3 } }], { mode: 'continue', concurrency: 2 });
  same<typeof outcomes, [PromiseSettledResult<number>]>(true);
  const list = await run([1, 2].map((to) => ({ tool: 'count' as const, args: { to } })));
  same<typeof list, number[]>(true);
  for await (const event of run([])) same<typeof event, BatchEvent>(true);

  // @ts-expect-error no such tool
  run([{ tool: 'sing', args: {} }]);
  // @ts-expect-error the arguments of another tool
  run([{ tool: 'count', args: { text: 'hi' } }]);
  // @ts-expect-error no arguments
  run([{ tool: 'count' }]);
  // @ts-expect-error no such option of a call
  run([{ tool: 'count', args: { to: 1 }, options: { timeout: 5 } }]);
  // @ts-expect-error no such mode
  run([{ tool: 'count', args: { to: 1 } }], { mode: 'careful' });
}

describe('a batch', () => {
  it('has types for each of its results, and makes wrong names and arguments errors of the compiler', () => {
    expect(usage).to.be.a('function');
  });

  it('begins ten calls at once, in order, and another for each that ends', async () => {
    const { calls, run } = world();
    const all = run(many(12));
    expect(calls.map((call) => call.args)).to.deep.equal(many(10).map((item) => item.args));
    calls[4]?.answer(4);
    await settle();
    expect(calls).to.have.length(11);
    for (const index of [11, 10, 9, 8, 7, 6, 5, 3, 2, 1, 0]) {
      await settle();
      calls[index]?.answer(index);
      calls.at(-1)?.answer(calls.length - 1);
    }
    expect(await all).to.deep.equal(Array.from({ length: 12 }, (_, index) => index));
  });

  it('hands on the options of each call', () => {
    const { calls, run } = world();
    const options = { timeoutMs: 5 };
    void run([{ tool: 'count', args: { to: 1 }, options }]);
    expect(calls[0]?.options).to.equal(options);
  });

  it('fails with the first failure, cancels what is under way and begins nothing more', async () => {
    const { calls, run } = world();
    const all = run(many(4), { concurrency: 3 });
    const events = collect(all);
    const error = Object.assign(new Error('boom'), { code: 'BOOM' });
    calls[0]?.answer('fine');
    await settle();
    calls[1]?.fail(error);
    expect(await all.catch((reason: unknown) => reason)).to.equal(error);
    expect(calls.map((call) => call.cancelled)).to.deep.equal([
      undefined,
      undefined,
      { reason: error },
      { reason: error },
    ]);
    expect(await events).to.deep.equal(['0 fine', '1 BOOM', '2 CANCELLED', '3 CANCELLED']);
    expect(calls).to.have.length(4);
  });

  it('cancels what was not begun without beginning it', async () => {
    const { calls, run } = world();
    const all = run(many(5_000), { concurrency: 1 });
    calls[0]?.fail(new Error('boom'));
    expect(String(await all.catch((reason: unknown) => reason))).to.equal('Error: boom');
    const events = await collect(all);
    expect([calls.length, events.length, events[4_999]]).to.deep.equal([1, 5_000, '4999 CANCELLED']);
  });

  it('goes on after failures when it is asked to, and never rejects then', async () => {
    const { calls, run } = world();
    const all = run(many(2), { mode: 'continue' });
    const reason = new Error('boom');
    calls[0]?.fail(reason);
    calls[1]?.answer(1);
    expect(await all).to.deep.equal([
      { status: 'rejected', reason },
      { status: 'fulfilled', value: 1 },
    ]);
  });

  it('tells outcomes as they come, to every reader from the first one on', async () => {
    const { calls, run } = world();
    const all = run(many(3));
    const early = collect(all);
    calls[2]?.answer('c');
    await settle();
    const late = collect(all);
    calls[0]?.answer('a');
    await settle();
    calls[1]?.answer('b');
    await all;
    const told = ['2 c', '0 a', '1 b'];
    expect([await early, await late, await collect(all)]).to.deep.equal([told, told, told]);
  });

  it('that fails does not disturb who only reads', async () => {
    const { calls, run } = world();
    const lines = collect(run(many(1)));
    calls[0]?.fail(Object.assign(new Error('boom'), { code: 'BOOM' }));
    expect(await lines).to.deep.equal(['0 BOOM']);
    await settle();
  });

  it('may be left by a reader while it goes on', async () => {
    const { calls, run } = world();
    const all = run(many(2));
    calls[0]?.answer('a');
    for await (const { index } of all) {
      expect(index).to.equal(0);
      break;
    }
    calls[1]?.answer('b');
    expect(await all).to.deep.equal(['a', 'b']);
  });

  for (const mode of ['fail-fast', 'continue'] as const) {
    it(`is cancelled by its caller and by its signal (${mode})`, async () => {
      for (const how of ['cancel', 'signal', 'before']) {
        const { calls, run } = world();
        const abort = new AbortController();
        if (how === 'before') abort.abort('enough');
        const all = run(many(3), { mode, concurrency: 2, signal: abort.signal });
        const ended = all.then(
          (results) => results.map((result) => (result as PromiseRejectedResult).reason.code).join(),
          (error) => error.code,
        );
        if (how === 'cancel') all.cancel('enough');
        else abort.abort('enough');
        all.cancel('again');
        expect(await ended).to.equal(mode === 'continue' ? 'CANCELLED,CANCELLED,CANCELLED' : 'CANCELLED');
        expect(calls.map((call) => call.cancelled)).to.deep.equal(
          how === 'before' ? [] : [{ reason: 'enough' }, { reason: 'enough' }],
        );
      }
    });
  }

  it('leaves no listener on its signal', async () => {
    const { calls, run } = world();
    const listeners = new Set<unknown>();
    const signal = {
      aborted: false,
      reason: undefined,
      addEventListener: (_: string, listener: unknown) => void listeners.add(listener),
      removeEventListener: (_: string, listener: unknown) => void listeners.delete(listener),
    };
    const all = run(many(1), { signal: signal as never });
    expect(listeners.size).to.equal(1);
    calls[0]?.answer(1);
    await all;
    expect(listeners.size).to.equal(0);
  });

  it('counts a call that cannot even be begun as one that failed', async () => {
    const refusing = (_tool: string, args: never): never => {
      throw new TypeError(`bad ${JSON.stringify(args)}`);
    };
    const options = { mode: 'continue', concurrency: 1 } as const;
    const outcomes = await batch<Tools, BatchItem<Tools>[], 'continue'>(refusing, many(2), options);
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && String(outcome.reason))).to.deep.equal([
      'TypeError: bad {"to":0}',
      'TypeError: bad {"to":1}',
    ]);
  });

  it('of nothing is done at once', async () => {
    const { run } = world();
    expect(await run([])).to.deep.equal([]);
    expect(await collect(run([]))).to.deep.equal([]);
  });

  it('refuses what is no list of calls, and options it does not know', () => {
    const { run } = world();
    expect(() => run('speak' as never)).to.throw(TypeError, 'option "items": expected a list of { tool, args');
    expect(() => run([null] as never)).to.throw(TypeError, 'option "items": expected a list of { tool, args');
    expect(() => run([], { concurrency: 0 })).to.throw(TypeError, 'option "concurrency"');
    expect(() => run([], { mode: 'careful' as never })).to.throw(TypeError, 'option "mode"');
  });

  it('never has more under way than allowed, and ends whatever its calls do', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 20 }),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom<BatchMode>('fail-fast', 'continue'),
        fc.nat(),
        async (outcomes, concurrency, mode, turn) => {
          const { calls, run } = world();
          const all = run(many(outcomes.length), { mode, concurrency });
          const ended = all.then(
            () => 'fulfilled',
            () => 'rejected',
          );
          const events = collect(all);
          const done = new Set<OpenCall>();
          for (;;) {
            const open = calls.filter((call) => !done.has(call) && !call.cancelled);
            expect(open.length).to.be.at.most(concurrency);
            const next = open[turn % Math.max(1, open.length)];
            if (next === undefined) break;
            done.add(next);
            if (outcomes[(next.args as { to: number }).to]) next.answer(1);
            else next.fail(Object.assign(new Error('boom'), { code: 'BOOM' }));
            await settle();
          }
          expect(await ended).to.equal(mode === 'continue' || !outcomes.includes(false) ? 'fulfilled' : 'rejected');
          expect(await events).to.have.length(outcomes.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
