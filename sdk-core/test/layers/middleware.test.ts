import { expect } from 'chai';
import { RpcClientError } from '../../src/errors.ts';
import type { Invocation } from '../../src/invocation.ts';
import { type Handle, type Middleware, middlewareLayer } from '../../src/layers/middleware.ts';
import { settle } from '../fake-clock.ts';
import { call, FakeWire, failure, fakeParts, invoke } from './fake-wire.ts';

const never = new Promise<never>(() => undefined);

function using(...use: Middleware[]) {
  const parts = fakeParts();
  const wire = new FakeWire();
  return { wire, parts, clock: parts.clock, start: middlewareLayer(use, parts)(wire.start) };
}

/** Middleware that only says what is done with a call. */
const handling =
  (handle: (call: Parameters<Handle>[0], next: Handle) => unknown): Middleware =>
  (next) =>
  (call) =>
    handle(call, next) as Promise<unknown>;

describe('middleware', () => {
  it('lies around the call, the first outermost, and is put together once', async () => {
    const order: string[] = [];
    const named =
      (name: string): Middleware =>
      (next) => {
        order.push(`made ${name}`);
        return async (call) => {
          order.push(`${name} ${call.tool}`);
          const value = await next(call);
          order.push(`${name} ends`);
          return value;
        };
      };
    const { wire, start } = using(named('outer'), named('inner'));
    const caller = call(start);
    await settle();
    wire.last.answer({ url: 'x' });
    await settle();
    expect(caller.value).to.deep.equal({ url: 'x' });
    expect(order).to.deep.equal(['made inner', 'made outer', 'outer speak', 'inner speak', 'inner ends', 'outer ends']);
    call(start);
    await settle();
    expect(order.filter((line) => line.startsWith('made'))).to.have.length(2);
  });

  it('changes the call and the result, which may be any value', async () => {
    class Picture {}
    const { wire, start } = using(
      handling(async (call, next) => {
        const { loud } = (await next({ ...call, options: { ...call.options, project: 'reef' } })) as { loud: boolean };
        return loud ? new Picture() : undefined;
      }),
    );
    const caller = call(start);
    await settle();
    expect(wire.last.call).to.include({ method: 'tools/call', tool: 'speak' });
    expect(wire.last.call.options).to.deep.equal({ project: 'reef' });
    wire.last.answer({ loud: true });
    await settle();
    expect(caller.value).to.be.instanceOf(Picture);
    expect(caller.notes.attempts).to.equal(1);
  });

  it('that leads a call to another tool has it judged as that tool', async () => {
    const { wire, start } = using(
      handling((call, next) => next(call.tool ? { ...call, params: { name: 'sing', arguments: {} } } : call)),
    );
    call(start);
    invoke(start, { method: 'x/list', tool: undefined, params: [1], options: {} });
    await settle();
    expect(wire.sent.map((sent) => sent.call.tool)).to.deep.equal(['sing', undefined]);
  });

  it('may answer without the gateway, with a promise or without', async () => {
    for (const answer of [7, Promise.resolve(7)]) {
      const { wire, start, clock } = using(handling(() => answer));
      const caller = call(start);
      await settle();
      expect(caller.value).to.equal(7);
      expect(wire.sent).to.have.length(0);
      expect(clock.pending).to.equal(0);
    }
  });

  it('may call twice: both are sent, and the result is what it makes of them', async () => {
    const { wire, start } = using(
      handling(async (call, next) => {
        const first = await next(call).catch(() => 'failed');
        return [first, await next(call)];
      }),
    );
    const caller = call(start);
    await settle();
    wire.last.fail(failure('TOOL_FAILED'));
    await settle();
    wire.last.answer('fine');
    await settle();
    expect(caller.value).to.deep.equal(['failed', 'fine']);
    expect(caller.notes.attempts).to.equal(2);
  });

  it('may leave the slower of two calls alone', async () => {
    const { wire, start } = using(handling((call, next) => Promise.race([next(call), next(call)])));
    const caller = call(start);
    await settle();
    wire.sent[0]?.answer('first');
    await settle();
    expect(caller.value).to.equal('first');
    wire.sent[1]?.fail(failure('TOOL_FAILED'));
    await settle();
    expect(caller.outcomes).to.have.length(1);
  });

  it('need not wait for what it calls', async () => {
    const { wire, start } = using(
      handling((call, next) => {
        void next(call);
        return 'early';
      }),
    );
    const caller = call(start);
    await settle();
    wire.last.fail(failure('TOOL_FAILED'));
    await settle();
    expect(caller.value).to.equal('early');
  });

  it('passes on errors of the client as they are, and names its own as the cause', async () => {
    const refused = failure('FORBIDDEN');
    const own = new Error('no such table');
    const thrown: unknown[] = [refused, own, 'a text'];
    for (const error of thrown) {
      for (const throwing of [
        handling(() => {
          throw error;
        }),
        handling(() => Promise.reject(error)),
      ]) {
        const { start, clock } = using(throwing);
        const caller = call(start);
        await settle();
        if (error === refused) expect(caller.error).to.equal(refused);
        else {
          expect(caller.error).to.include({ code: 'INTERNAL', cause: error, maybeExecuted: false });
          const why = error === own ? own.message : error;
          expect(caller.error?.message).to.equal(`A middleware failed at tool "speak": ${why}`);
        }
        expect(clock.pending).to.equal(0);
      }
    }
  });

  it('that fails after the call was sent says that it may have run', async () => {
    const { wire, start } = using(
      handling(async (call, next) => {
        await next(call);
        throw new Error('cannot read it');
      }),
    );
    const caller = call(start);
    await settle();
    wire.last.answer(1);
    await settle();
    expect(caller.error).to.include({ code: 'INTERNAL', maybeExecuted: true });
  });

  it('that gives no function is refused when the client is made', () => {
    expect(() => using((next) => next, (() => undefined) as never)).to.throw(
      TypeError,
      'Cannot use the middleware at 1: it gave no function; write (next) => (call) => …',
    );
  });

  it('that passes on a call it made itself is told to copy', async () => {
    const { wire, start } = using(
      handling(({ method, tool, params, options }, next) => next({ method, tool, params, options } as never)),
    );
    const caller = call(start);
    await settle();
    expect(caller.error?.cause).to.be.instanceOf(TypeError);
    expect(caller.error?.message).to.contain('copy it: next({ ...call, … })');
    expect(wire.sent).to.have.length(0);
  });
});

describe('progress and the end of a call with middleware', () => {
  it('reports progress, and asks for it only where somebody listens', async () => {
    const { wire, start } = using(handling((call, next) => next(call)));
    const caller = call(start);
    await settle();
    wire.last.progress({ progress: 0.5 });
    expect(caller.reports).to.deep.equal([{ progress: 0.5 }]);
    wire.last.answer(1);
    await settle();
    wire.last.sink.progress?.({ progress: 1 });
    expect(caller.reports).to.have.length(1);
    const call2: Invocation = { ...wire.last.call, notes: caller.notes };
    start(call2, { settle: () => undefined });
    await settle();
    expect(wire.last.sink.progress).to.equal(undefined);
  });

  for (const how of ['cancel', 'signal'] as const) {
    it(`is cancelled at once by its ${how === 'cancel' ? 'caller' : 'signal'}, together with what it sent`, async () => {
      const heard: unknown[] = [];
      const { wire, start, clock } = using(
        handling((call, next) => next(call).catch((error: unknown) => heard.push(RpcClientError.is(error)))),
      );
      const abort = new AbortController();
      const caller = call(start, { signal: abort.signal });
      await settle();
      if (how === 'cancel') caller.cancel('enough');
      else abort.abort('enough');
      expect(caller.error).to.include({ code: 'CANCELLED', cause: 'enough', maybeExecuted: true });
      expect(wire.last.cancelled).to.deep.equal({ reason: 'enough' });
      await settle();
      expect(heard).to.deep.equal([true]);
      expect(caller.outcomes).to.have.length(1);
      expect(clock.pending).to.equal(0);
    });
  }

  it('is not delayed by middleware that never ends, nor changed by what it does later', async () => {
    let goOn: () => void = () => undefined;
    const late: unknown[] = [];
    const { wire, start } = using(
      handling(async (call, next) => {
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        await next(call).catch((error: unknown) => late.push(error));
        throw new Error('too late');
      }),
    );
    const caller = call(start);
    await settle();
    caller.cancel('enough');
    expect(caller.error).to.include({ code: 'CANCELLED', maybeExecuted: false });
    goOn();
    await settle();
    expect(late.map((error) => Reflect.get(Object(error), 'code'))).to.deep.equal(['CANCELLED']);
    expect(wire.sent).to.have.length(0);
    expect(caller.outcomes).to.have.length(1);
  });

  it('comes in time although middleware never ends', async () => {
    const { start, clock } = using(handling(() => never));
    const callers = [call(start), call(start, { timeoutMs: 1_000 }), call(start, { totalMs: 2_000 })];
    await clock.advance(1_000);
    expect(callers.map((caller) => caller.error?.code)).to.deep.equal([undefined, 'TIMEOUT', undefined]);
    await clock.advance(1_000);
    expect(callers[2]?.error).to.include({ code: 'TIMEOUT', phase: 'total', maybeExecuted: false });
    await clock.advance(58_000);
    expect(callers[0]?.error).to.include({ code: 'TIMEOUT', phase: 'queue' });
  });

  it('comes when its caller wanted, whatever bounds middleware passes on', async () => {
    const { wire, start, clock } = using(
      handling((call, next) => next({ ...call, options: { timeoutMs: 90_000, totalMs: 100_000 } })),
    );
    const caller = call(start, { timeoutMs: 1_000, totalMs: 1_500 });
    await clock.advance(900);
    expect(wire.last.call.options).to.deep.equal({ timeoutMs: 90_000, totalMs: 100_000 });
    wire.last.progress({ progress: 0.5 });
    await clock.advance(599);
    expect(caller.outcome).to.equal(undefined);
    await clock.advance(1);
    expect(caller.error).to.include({ code: 'TIMEOUT', phase: 'total', maybeExecuted: true });
    expect(wire.last.cancelled).to.deep.equal({ reason: 'not done within 1500 ms' });
  });

  it('is not even begun for who is gone', async () => {
    let begun = 0;
    const { start, clock } = using(handling(() => begun++));
    const caller = call(start, { signal: AbortSignal.abort('gone') });
    await settle();
    expect(caller.error).to.include({ code: 'CANCELLED', cause: 'gone' });
    expect([begun, clock.pending]).to.deep.equal([0, 0]);
  });
});
