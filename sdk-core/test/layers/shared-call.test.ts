import type { Json } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { answered, caching } from './caching.ts';
import { Caller, call } from './fake-wire.ts';

/** Lists in lists, more of them than `JSON.stringify` has stack for. */
function nested(levels: number): Json {
  let value: Json = [];
  for (let level = 1; level < levels; level++) value = [value];
  return value;
}

describe('the same call of many callers at once', () => {
  it('is sent once, and everybody has its answer, its progress and its notes', () => {
    const { cache, wire, start, clock } = caching();
    const callers = Array.from({ length: 1_000 }, () => call(start));
    expect(wire.sent).to.have.length(1);
    wire.last.progress({ progress: 0.5 });
    wire.last.answer({ url: 'x' });
    for (const caller of callers) {
      expect(caller.value).to.deep.equal({ url: 'x' });
      expect(caller.reports).to.deep.equal([{ progress: 0.5 }]);
      expect(caller.notes).to.include({ cache: 'miss', requestId: '1' });
    }
    expect(new Set(callers.map((caller) => caller.reports[0])).size).to.equal(1_000);
    expect(cache.stats()).to.deep.equal({ hits: 0, stale: 0, misses: 1, joined: 999, entries: 1 });
    expect(clock.pending).to.equal(0);
  });

  it('is left by one without the others noticing, and given up when the last one leaves', () => {
    const { wire, start, clock } = caching();
    const abort = new AbortController();
    const [first, second, third] = [call(start), call(start, { signal: abort.signal }), call(start)];
    first.cancel('one');
    expect(first.error).to.include({ code: 'CANCELLED', cause: 'one', maybeExecuted: true });
    abort.abort('two');
    expect(second.error).to.include({ code: 'CANCELLED', cause: 'two' });
    expect(wire.last.cancelled).to.equal(undefined);
    third.cancel('three');
    expect(wire.last.cancelled).to.deep.equal({ reason: 'three' });
    expect(clock.pending).to.equal(0);
    call(start);
    expect(wire.sent).to.have.length(2);
  });

  it('holds the silence and the time in all of each caller, and no bound of its own', async () => {
    const { wire, start, clock } = caching({}, { totalMs: 30_000 });
    const silent = call(start, { timeoutMs: 1_000 });
    const hurried = call(start, { totalMs: 1_800 });
    const usual = call(start);
    const patient = call(start, { totalMs: 40_000 });
    expect(wire.last.call.options).to.include({ timeoutMs: 86_400_000, totalMs: 86_400_000 });
    await clock.advance(900);
    wire.last.progress({ progress: 0.1 });
    await clock.advance(999);
    expect(silent.error).to.equal(undefined);
    expect(hurried.error).to.include({ code: 'TIMEOUT', phase: 'total', maybeExecuted: true });
    expect(hurried.error?.message).to.equal('Gave up on tool "speak": not done within 1800 ms');
    await clock.advance(1);
    expect(silent.error).to.include({ code: 'TIMEOUT', phase: 'call' });
    expect(silent.error?.message).to.equal('Gave up on tool "speak": no answer and no progress for 1000 ms');
    await clock.advance(28_100);
    expect(usual.error).to.include({ code: 'TIMEOUT', phase: 'total' });
    await clock.advance(10_000);
    expect(wire.last.cancelled).not.to.equal(undefined);
    expect(patient.error).to.have.property('code', 'TIMEOUT');
    expect(wire.sent).to.have.length(1);
  });

  it('names the phase in which it was never sent', async () => {
    const { wire, start, clock } = caching();
    wire.onCall = (sent) => {
      sent.call.notes.attempts = 0;
    };
    const caller = call(start);
    await clock.advance(60_000);
    expect(caller.error).to.include({ phase: 'queue', maybeExecuted: false, retryable: true });
  });

  it('reaches everybody, and is not kept, where its answer nests too deep to be written', async () => {
    const { cache, wire, start } = caching();
    const callers = [call(start), call(start)];
    const deep = nested(20_000);
    wire.last.progress({ stage: deep });
    wire.last.answer(deep);
    for (const caller of callers) {
      expect(caller.value === deep).to.equal(true);
      expect(caller.reports[0]?.stage === deep).to.equal(true);
    }
    expect(cache.stats().entries).to.equal(0);
    call(start);
    expect(wire.sent).to.have.length(2);
  });

  it('ends once for each, where the end of one ends another whose time is up as well', async () => {
    const { wire, start, clock } = caching();
    const second = new Caller();
    const first = call(start, { timeoutMs: 1_000 });
    first.settle = (outcome) => {
      first.outcomes.push(outcome);
      second.cancel('together');
    };
    const { call: sent } = wire.last;
    second.cancel = start({ ...sent, options: { timeoutMs: 1_000 }, notes: second.notes }, second);
    await clock.advance(1_000);
    expect(first.error).to.include({ code: 'TIMEOUT' });
    expect(second.error).to.include({ code: 'CANCELLED', cause: 'together' });
    expect(clock.pending).to.equal(0);
  });

  it('carries the tags of all of them', async () => {
    const { cache, wire, start } = caching();
    call(start, { cache: { tags: ['red'] } });
    call(start, { cache: { tags: ['blue'] } });
    wire.last.answer(1);
    expect(call(start, { cache: 'only' }).value).to.equal(1);
    await cache.invalidate({ tag: 'blue' });
    expect(call(start, { cache: 'only' }).value).to.equal(undefined);
  });

  it('leaves no listener on the signals of its callers', () => {
    const { wire, start } = caching();
    const listeners = new Set<unknown>();
    const signal = {
      aborted: false,
      reason: undefined,
      addEventListener: (_: string, listener: unknown) => void listeners.add(listener),
      removeEventListener: (_: string, listener: unknown) => void listeners.delete(listener),
    };
    call(start, { signal: signal as never });
    call(start, { signal: signal as never }).cancel('enough');
    expect(listeners.size).to.equal(1);
    wire.last.answer(1);
    expect(listeners.size).to.equal(0);
  });

  it('may be answered before it returns', () => {
    const { wire, start, clock } = caching();
    wire.onCall = (sent) => sent.answer(1);
    expect(call(start).value).to.equal(1);
    expect(clock.pending).to.equal(0);
  });

  it('ends once for everybody, whoever leaves in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 12 }), (leaving) => {
        const { wire, start, clock } = caching();
        const callers: Caller[] = Array.from({ length: 6 }, () => call(start));
        const gone = new Set<number>();
        for (const index of leaving) {
          callers[index]?.cancel(index);
          gone.add(index);
          expect(wire.last.cancelled !== undefined).to.equal(gone.size === 6);
        }
        wire.last.answer('end');
        callers.forEach((caller, index) => {
          expect(caller.error?.code).to.equal(gone.has(index) ? 'CANCELLED' : undefined);
          expect(caller.outcomes).to.have.length(1);
        });
        expect(clock.pending).to.equal(0);
      }),
    );
  });
});

describe('a refresh in the background', () => {
  it('is joined by who finds the stale answer gone, and outlives their leaving', async () => {
    const world = caching({ staleMs: 1_000 });
    answered(world);
    await world.clock.advance(10_999);
    expect(call(world.start).notes.cache).to.equal('stale');
    await world.clock.advance(1);
    const joined = call(world.start);
    expect(world.wire.sent).to.have.length(2);
    joined.cancel('enough');
    expect(world.wire.last.cancelled).to.equal(undefined);
    world.wire.last.answer('new');
    expect(call(world.start).value).to.equal('new');
  });
});
