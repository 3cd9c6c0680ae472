import { expect } from 'chai';
import fc from 'fast-check';
import { type ClientErrorFacts, type ErrorCode, RpcClientError } from '../../src/errors.ts';
import { retryLayer } from '../../src/layers/retry.ts';
import type { RetryOptions } from '../../src/layers/retry-options.ts';
import { type Caller, call, FakeWire, fakeParts, refusal } from './fake-wire.ts';

function retrying(settings?: RetryOptions | false, changes: Parameters<typeof fakeParts>[0] = {}) {
  const parts = fakeParts(changes);
  const wire = new FakeWire();
  return { parts, clock: parts.clock, wire, start: retryLayer(settings, parts)(wire.start) };
}

describe('retries', () => {
  it('send a refused call again after a random part of 250 ms, then of 500 ms, three times in all', async () => {
    const { clock, wire, start } = retrying();
    const caller = call(start);
    wire.last.fail(refusal());
    expect(clock.waits).to.include(125);
    await clock.advance(125);
    expect(wire.sent).to.have.length(2);
    wire.last.fail(refusal());
    expect(clock.waits).to.include(250);
    await clock.advance(250);
    expect(wire.sent).to.have.length(3);
    const last = refusal();
    wire.last.fail(last);
    expect(caller.error).to.equal(last);
    expect(clock.pending).to.equal(0);
  });

  it('give the answer of whichever try has one, and its progress', async () => {
    const { clock, wire, start } = retrying();
    const caller = call(start);
    wire.last.fail(refusal());
    await clock.advance(125);
    wire.last.progress({ progress: 0.5 });
    wire.last.answer({ url: 'x' });
    expect(caller.value).to.deep.equal({ url: 'x' });
    expect(caller.reports).to.deep.equal([{ progress: 0.5 }]);
    expect(caller.notes.attempts).to.equal(2);
    expect(clock.pending).to.equal(0);
  });

  it('never wait longer than maxMs, however often it failed', async () => {
    const { clock, wire, start } = retrying({ maxAttempts: 10, baseMs: 100, maxMs: 300 }, { random: () => 0.999 });
    call(start);
    const waits: number[] = [];
    for (let index = 0; index < 5; index++) {
      wire.last.fail(refusal());
      waits.push(Math.min(...clock.waits));
      await clock.advance(300);
    }
    expect(waits.map(Math.round)).to.deep.equal([100, 200, 300, 300, 300]);
  });

  it('leave alone what may have run, unless twice does no harm', async () => {
    const unsafe = retrying();
    const caller = call(unsafe.start);
    unsafe.wire.last.fail(refusal({ maybeExecuted: true }));
    expect(caller.error).to.have.property('maybeExecuted', true);
    const safe = retrying({}, { isSafe: ({ options }) => options.idempotencyKey === 'k' });
    call(safe.start, { idempotencyKey: 'k' });
    safe.wire.last.fail(refusal({ maybeExecuted: true }));
    await safe.clock.advance(250);
    expect(safe.wire.sent.map((sent) => sent.call.options.idempotencyKey)).to.deep.equal(['k', 'k']);
  });

  const refused: [ErrorCode, ClientErrorFacts, boolean][] = [
    ['AUTH', { retryable: true, wireCode: 4011 }, false],
    ['CANCELLED', { retryable: true, wireCode: 4991 }, false],
    ['CLOSED', { retryable: true }, false],
    ['OVERLOADED', { retryable: true }, false],
    ['TIMEOUT', { retryable: true }, false],
    ['INTERNAL', { wireCode: 5000 }, false],
    ['OVERLOADED', { retryable: true, wireCode: 5032 }, true],
    ['TIMEOUT', { retryable: true, wireCode: 5041 }, true],
    ['CONNECTION_LOST', { retryable: true }, true],
    ['RATE_LIMITED', { retryable: true, wireCode: 4291 }, true],
  ];
  for (const [code, facts, again] of refused) {
    const whose = facts.wireCode === undefined ? 'of this client' : 'of the gateway';
    it(`${again ? 'follow' : 'do not follow'} ${code} ${whose}${facts.retryable ? '' : ' that is not worth another try'}`, () => {
      const { clock, wire, start } = retrying();
      const caller = call(start);
      wire.last.fail(new RpcClientError(code, code, facts));
      expect(caller.outcome === undefined).to.equal(again);
      expect(clock.pending > 0).to.equal(again);
    });
  }

  it('come no sooner than the server asks for', async () => {
    const { clock, wire, start } = retrying();
    call(start);
    wire.last.fail(refusal({ retryAfterMs: 5_000 }));
    await clock.advance(5_000);
    expect(wire.sent).to.have.length(1);
    await clock.advance(125);
    expect(wire.sent).to.have.length(2);
  });

  it('are not waited for when the server asks for more than a minute, or than the caller has', () => {
    const asked = (retryAfterMs: number, options: { totalMs?: number; timeoutMs?: number }): Caller => {
      const { wire, start } = retrying();
      const caller = call(start, options);
      wire.last.fail(refusal({ retryAfterMs }));
      return caller;
    };
    expect(asked(60_001, { timeoutMs: 90_000 }).error).to.have.property('code', 'UNAVAILABLE');
    expect(asked(60_000, { timeoutMs: 90_000 }).error).to.equal(undefined);
    expect(asked(2_000, { totalMs: 2_000 }).error).to.have.property('retryAfterMs', 2_000);
    expect(asked(2_000, { totalMs: 2_500 }).error).to.equal(undefined);
    expect(asked(2_000, { timeoutMs: 1_500 }).error).to.have.property('retryAfterMs', 2_000);
  });

  it('keep their random part and their bounds, whatever an error of foreign make says', () => {
    const waits = (retryAfterMs: unknown): number[] => {
      const { wire, start, clock } = retrying();
      call(start);
      wire.last.fail(Object.assign(refusal(), { retryAfterMs }));
      return clock.waits;
    };
    expect([-1e9, -0.5, 0, null].map(waits)).to.deep.equal([[125], [125], [125], [125]]);
    expect([3e9, Infinity, Number.NaN, {}].map(waits)).to.deep.equal([[], [], [], []]);
  });

  it('share the total time of their call', async () => {
    const { clock, wire, start } = retrying({}, { totalMs: 1_000 });
    call(start);
    await clock.advance(400);
    wire.last.fail(refusal());
    await clock.advance(125);
    expect(wire.last.call.options.totalMs).to.equal(475);
    await clock.advance(474);
    wire.last.fail(refusal());
    expect(Math.min(...clock.waits)).to.equal(0.5);
  });

  it('are off for a client or a call that says so, and on for a call that says otherwise', async () => {
    const off = retrying(false);
    const caller = call(off.start);
    off.wire.last.fail(refusal());
    expect(caller.error).to.have.property('code', 'UNAVAILABLE');
    call(off.start, { retry: { maxAttempts: 2 } });
    off.wire.last.fail(refusal());
    await off.clock.advance(250);
    expect(off.wire.sent).to.have.length(3);
    const on = retrying({ maxAttempts: 5 });
    const once = call(on.start, { retry: false });
    on.wire.last.fail(refusal());
    expect(once.error).to.have.property('code', 'UNAVAILABLE');
  });

  it('hand a call that is answered before it returns straight through', async () => {
    const { clock, wire, start } = retrying();
    wire.onCall = (sent) => (wire.sent.length < 3 ? sent.fail(refusal()) : sent.answer(1));
    const caller = call(start);
    await clock.advance(1_000);
    expect(caller.value).to.equal(1);
    caller.cancel('too late');
    expect(caller.value).to.equal(1);
    expect(clock.pending).to.equal(0);
  });
});

describe('a call that waits for its next try', () => {
  it('is cancelled at once, by its caller and by its signal, and leaves no timer and no listener', async () => {
    for (const how of ['cancel', 'signal']) {
      const { clock, wire, start } = retrying();
      const abort = new AbortController();
      const caller = call(start, { signal: abort.signal });
      wire.last.fail(refusal());
      if (how === 'cancel') caller.cancel('enough');
      else abort.abort('enough');
      expect(caller.error).to.include({ code: 'CANCELLED', cause: 'enough', maybeExecuted: false });
      expect(caller.error?.message).to.equal('The caller cancelled tool "speak": enough');
      expect(clock.pending).to.equal(0);
      caller.cancel('again');
      await clock.advance(60_000);
      expect(wire.sent).to.have.length(1);
      expect(caller.outcomes).to.have.length(1);
    }
  });

  it('says that it may have run when a try before did', () => {
    const { wire, start } = retrying({}, { isSafe: () => true });
    const caller = call(start);
    wire.last.fail(refusal({ maybeExecuted: true }));
    caller.cancel(undefined);
    expect(caller.error).to.have.property('maybeExecuted', true);
  });

  it('is given up on the wire once it is there again', async () => {
    const { clock, wire, start } = retrying();
    const caller = call(start);
    wire.last.fail(refusal());
    await clock.advance(125);
    caller.cancel('enough');
    expect(wire.last.cancelled).to.deep.equal({ reason: 'enough' });
    expect(caller.error).to.have.property('code', 'CANCELLED');
  });

  it('is not begun for a caller who is gone', () => {
    const { clock, wire, start } = retrying();
    const abort = new AbortController();
    const caller = call(start, { signal: abort.signal });
    abort.abort();
    wire.last.fail(refusal());
    expect(caller.error).to.have.property('code', 'UNAVAILABLE');
    expect(clock.pending).to.equal(0);
  });
});

describe('the budget of retries', () => {
  it('lets a gateway that always fails see ten calls more than without retries', async () => {
    const { clock, wire, start } = retrying();
    wire.onCall = (sent) => sent.fail(refusal());
    const callers = Array.from({ length: 200 }, () => call(start));
    await clock.advance(10_000);
    expect(callers.filter((caller) => caller.error !== undefined)).to.have.length(200);
    expect(wire.sent).to.have.length(210);
  });

  it('does not grow beyond its tokens, however long all goes well', async () => {
    const { clock, wire, start } = retrying({ budget: { tokens: 2, ratio: 1 } });
    wire.onCall = (sent) => sent.answer(null);
    for (let index = 0; index < 50; index++) call(start);
    wire.onCall = (sent) => sent.fail(refusal());
    for (let index = 0; index < 50; index++) call(start);
    await clock.advance(10_000);
    expect(wire.sent).to.have.length(102);
  });

  it('keeps retries under its tokens and a tenth of all successes, however outcomes come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 300 }), fc.nat(20), async (outcomes, tokens) => {
        const { clock, wire, start } = retrying({ budget: { tokens, ratio: 0.1 }, maxAttempts: 4, baseMs: 0 });
        const rest = [...outcomes];
        let successes = 0;
        wire.onCall = (sent) => {
          if (rest.shift() === false) return sent.fail(refusal());
          successes++;
          sent.answer(null);
        };
        let calls = 0;
        while (rest.length > 0) {
          call(start);
          calls++;
          for (let index = 0; index < 3; index++) clock.pending > 0 && (await clock.advance(1));
        }
        expect(wire.sent.length - calls).to.be.at.most(tokens + successes * 0.1 + 1e-6);
      }),
      { numRuns: 40 },
    );
  });
});
