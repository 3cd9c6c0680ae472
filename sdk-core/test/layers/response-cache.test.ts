import { expect } from 'chai';
import fc from 'fast-check';
import type { CacheOptions, CallCacheOptions } from '../../src/layers/cache-options.ts';
import { answered, caching } from './caching.ts';
import { annotations, type Caller, call, type FakeWire, failure, invoke } from './fake-wire.ts';

describe('the response cache', () => {
  it('answers the same question once from the wire, then by itself and before the call returns', () => {
    const world = caching();
    expect(answered(world).notes).to.include({ cache: 'miss', attempts: 1, requestId: '1' });
    const second = call(world.start);
    expect(second.value).to.deep.equal({ url: 'x' });
    expect(second.notes).to.include({ cache: 'hit', attempts: 0 });
    expect(world.wire.sent).to.have.length(1);
    expect(world.clock.pending).to.equal(0);
    expect(world.cache.stats()).to.deep.equal({ hits: 1, stale: 0, misses: 1, joined: 0, entries: 1 });
  });

  it('hands out a value of its own to everybody', () => {
    const world = caching();
    const callers = [call(world.start), call(world.start)];
    world.wire.last.answer({ list: [1] });
    callers.push(call(world.start), call(world.start));
    for (const caller of callers) {
      expect(caller.value).to.deep.equal({ list: [1] });
      Reflect.set(caller.value as object, 'list', 'spoilt');
    }
  });

  it('keeps an answer as long as the catalogue says, or the client, or the call', async () => {
    const kept = async (settings: CacheOptions, own: CallCacheOptions, ms: number): Promise<boolean> => {
      const world = caching(settings);
      call(world.start, { cache: own });
      world.wire.last.answer(1);
      await world.clock.advance(ms);
      return call(world.start, { cache: own }).value === 1;
    };
    expect([await kept({}, {}, 9_999), await kept({}, {}, 10_000)]).to.deep.equal([true, false]);
    const client = { ttlMs: 5_000 };
    expect([await kept(client, {}, 4_999), await kept(client, {}, 5_000)]).to.deep.equal([true, false]);
    const own = { ttlMs: 20_000 };
    expect([await kept(client, own, 19_999), await kept(client, own, 20_000)]).to.deep.equal([true, false]);
  });

  it('has no say in other methods, tools that are not cacheable, dry runs and calls with a key', () => {
    const world = caching();
    const { start, wire, cache } = world;
    const params = { name: 'speak', arguments: {} };
    const ask = (): Caller[] => [
      call(start, { dryRun: true }),
      call(start, { idempotencyKey: 'k' }),
      call(start, { cache: 'bypass' }),
      invoke(start, { method: 'jobs/submit', tool: 'speak', params, options: {} }),
      invoke(start, { method: 'tools/call', tool: undefined, params, options: {} }),
      invoke(start, { method: 'tools/call', tool: 'sing', params: { name: 'sing', arguments: {} }, options: {} }),
    ];
    for (const caller of [...ask(), ...ask()]) expect(caller.notes.cache).to.equal('bypass');
    expect(wire.sent).to.have.length(12);
    expect(cache.stats()).to.include({ misses: 0, entries: 0 });
  });

  it('keeps nothing while nobody knows who asks, and nothing across principals', () => {
    let partition: string | undefined;
    const world = caching({}, { partition: () => partition });
    answered(world);
    answered(world);
    expect(world.wire.sent).to.have.length(2);
    partition = 'anna';
    answered(world, { of: 'anna' });
    partition = 'bert';
    expect(call(world.start).outcome).to.equal(undefined);
    expect(world.wire.sent).to.have.length(4);
    // The connection was lost, and the call sent again by somebody else.
    partition = 'carl';
    world.wire.last.answer({ of: 'carl' });
    partition = 'bert';
    expect(call(world.start).value).to.equal(undefined);
    partition = 'anna';
    expect(call(world.start).value).to.deep.equal({ of: 'anna' });
  });

  it('never keeps a failure', () => {
    const world = caching();
    const error = failure('TOOL_FAILED');
    const callers = [call(world.start), call(world.start)];
    world.wire.last.fail(error);
    expect(callers.map((caller) => caller.error)).to.deep.equal([error, error]);
    expect(call(world.start).outcome).to.equal(undefined);
    expect(world.wire.sent).to.have.length(2);
  });

  it('serves a stale answer at once and fetches a new one once, in the background', async () => {
    const world = caching({ staleMs: 5_000 });
    const { clock, wire, start, cache } = world;
    answered(world, { n: 1 });
    await clock.advance(10_000);
    for (const caller of [call(start), call(start), call(start, { signal: new AbortController().signal })]) {
      expect(caller.value).to.deep.equal({ n: 1 });
      expect(caller.notes.cache).to.equal('stale');
    }
    expect(wire.sent).to.have.length(2);
    wire.last.answer({ n: 2 });
    expect(call(start).value).to.deep.equal({ n: 2 });
    expect(cache.stats()).to.deep.equal({ hits: 1, stale: 3, misses: 1, joined: 0, entries: 1 });
    expect(clock.pending).to.equal(0);
    await clock.advance(15_000);
    expect(call(start).value).to.equal(undefined);
  });

  it('gives a refresh in the background up after the time its caller would have waited', async () => {
    const world = caching({ staleMs: 50_000 });
    answered(world);
    await world.clock.advance(10_000);
    call(world.start, { timeoutMs: 1_000 });
    await world.clock.advance(500);
    call(world.start);
    await world.clock.advance(500);
    expect(world.wire.last.cancelled).not.to.equal(undefined);
    expect(call(world.start).notes.cache).to.equal('stale');
    expect(world.wire.sent).to.have.length(3);
  });

  it('fetches anew for who wants it anew, whatever is kept or under way', () => {
    const world = caching();
    answered(world, { n: 1 });
    const refreshed = [call(world.start, { cache: 'refresh' }), call(world.start, { cache: 'refresh' })];
    expect(world.wire.sent).to.have.length(3);
    world.wire.sent[2]?.answer({ n: 3 });
    world.wire.sent[1]?.answer({ n: 2 });
    expect(refreshed.map((caller) => caller.value)).to.deep.equal([{ n: 2 }, { n: 3 }]);
    expect(call(world.start).value).to.deep.equal({ n: 3 });
  });

  it('sends nothing for who wants only what is kept', async () => {
    const world = caching({ staleMs: 1_000 });
    const { start, clock, wire } = world;
    const missed = call(start, { cache: 'only' });
    expect(missed.error).to.include({ code: 'NOT_FOUND', retryable: false, maybeExecuted: false });
    expect(missed.error?.wireCode).to.equal(undefined);
    expect(missed.error?.message).to.contain('tool "speak"');
    answered(world);
    expect(call(start, { cache: 'only' }).value).to.deep.equal({ url: 'x' });
    await clock.advance(10_500);
    expect(call(start, { cache: { mode: 'only' } }).value).to.deep.equal({ url: 'x' });
    await clock.advance(500);
    expect(call(start, { cache: 'only' }).error).to.have.property('code', 'NOT_FOUND');
    expect(call(start, { cache: 'only', dryRun: true }).error).to.have.property('code', 'NOT_FOUND');
    expect(wire.sent).to.have.length(1);
  });

  it('that is off keeps nothing, and still sends nothing for who wants only what is kept', () => {
    const world = caching(false);
    answered(world);
    answered(world);
    expect(world.wire.sent).to.have.length(2);
    expect(call(world.start, { cache: { ttlMs: 1 } }).notes.cache).to.equal('bypass');
    expect(call(world.start, { cache: 'only' }).error).to.have.property('code', 'NOT_FOUND');
  });

  it('leaves to the wire to refuse whose signal has aborted', () => {
    const world = caching();
    answered(world);
    expect(call(world.start, { signal: AbortSignal.abort('gone') }).outcome).to.equal(undefined);
    expect(world.wire.sent).to.have.length(2);
  });

  it('leaves to the wire what cannot be sent', () => {
    const world = caching();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    call(world.start, {}, circle as never);
    expect(world.wire.last.call.notes.cache).to.equal('bypass');
  });
});

describe('invalidation', () => {
  it('forgets all answers, those of a tool, or those with a tag', async () => {
    const world = caching();
    const { cache, start, wire } = world;
    const fill = async (): Promise<void> => {
      await cache.invalidate();
      for (const [text, tag] of [
        ['a', 'red'],
        ['b', 'blue'],
      ] as const) {
        call(start, { cache: { tags: [tag] } }, { text });
        wire.last.answer(text);
      }
    };
    const kept = (): unknown[] => ['a', 'b'].map((text) => call(start, { cache: 'only' }, { text }).value);
    await fill();
    expect(kept()).to.deep.equal(['a', 'b']);
    await cache.invalidate({ tag: 'red' });
    expect(kept()).to.deep.equal([undefined, 'b']);
    await fill();
    await cache.invalidate({ tool: 'sing' });
    expect(kept()).to.deep.equal(['a', 'b']);
    await cache.invalidate({ tool: 'speak', tag: 'blue' });
    expect(kept()).to.deep.equal(['a', undefined]);
    await cache.invalidate({ tool: 'speak' });
    expect(kept()).to.deep.equal([undefined, undefined]);
  });

  it('lets calls under way finish, and neither keeps nor shares what they bring', async () => {
    const world = caching();
    const early = call(world.start, { cache: { tags: ['red'] } });
    const other = call(world.start, {}, { text: 'other' });
    await world.cache.invalidate({ tag: 'red' });
    const late = call(world.start);
    expect(world.wire.sent).to.have.length(3);
    world.wire.sent[0]?.answer('old');
    world.wire.sent[1]?.answer('fine');
    expect([early.value, other.value, late.value]).to.deep.equal(['old', 'fine', undefined]);
    expect(call(world.start, { cache: 'only' }).value).to.equal(undefined);
    expect(call(world.start, { cache: 'only' }, { text: 'other' }).value).to.equal('fine');
  });

  it('passes on that the store failed', async () => {
    const failing = { get: () => undefined, set: () => undefined, delete: () => Promise.reject(new Error('down')) };
    const { cache } = caching({ store: failing });
    expect(String(await cache.invalidate().catch((error: unknown) => error))).to.equal('Error: down');
  });

  it('happens by itself when the catalogue says something else of a tool', () => {
    let version = annotations(10_000);
    const world = caching({}, { annotations: () => version });
    answered(world);
    version = { ...version };
    expect(call(world.start).notes.cache).to.equal('hit');
    version = { ...version, timeoutMs: 2_000 };
    expect(call(world.start).notes.cache).to.equal('miss');
  });

  it('forgets everything when nobody knows whose answers there are', async () => {
    let partition: string | undefined = 'anna';
    const world = caching({}, { partition: () => partition });
    answered(world);
    partition = undefined;
    await world.cache.invalidate({ tool: 'sing' });
    expect(world.cache.stats()).to.have.property('entries', 0);
  });
});

describe('any order of calls, answers, cancels and time', () => {
  type Step = { do: 'call' | 'answer' | 'fail' | 'cancel' | 'wait' | 'forget'; pick: number };
  const step: fc.Arbitrary<Step> = fc.record({
    do: fc.constantFrom('call', 'call', 'call', 'answer', 'fail', 'cancel', 'wait', 'forget'),
    pick: fc.nat(20),
  });

  it('ends every call once, sends no question twice at once, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = caching({ staleMs: 5_000 });
        const callers: Caller[] = [];
        const open = (): FakeWire['sent'] => world.wire.sent.filter((sent) => !done.has(sent));
        const done = new Set<unknown>();
        for (const { do: what, pick } of steps) {
          const sent = open()[pick % Math.max(1, open().length)];
          if (what === 'call') callers.push(call(world.start, {}, { text: String(pick % 3) }));
          else if (what === 'cancel') callers[pick % Math.max(1, callers.length)]?.cancel(pick);
          else if (what === 'wait') await world.clock.advance(pick * 1_000);
          else if (what === 'forget') await world.cache.invalidate();
          else if (what === 'answer') sent?.answer(pick);
          else sent?.fail(failure('TOOL_FAILED'));
          if (sent && (what === 'answer' || what === 'fail')) done.add(sent);
          for (const other of world.wire.sent) if (other.cancelled) done.add(other);
          if (!steps.some((one) => one.do === 'forget')) {
            const questions = open().map((other) => JSON.stringify(other.call.params));
            expect(new Set(questions).size).to.equal(questions.length);
          }
        }
        for (const sent of open()) sent.answer('end');
        await world.clock.advance(0);
        expect(callers.filter((caller) => caller.outcome === undefined)).to.deep.equal([]);
        expect(world.clock.pending).to.equal(0);
      }),
      { numRuns: 150 },
    );
  });
});
