import { expect } from 'chai';
import type { CacheEntry, CacheStore } from '../../src/layers/cache-options.ts';
import { settle } from '../fake-clock.ts';
import { caching } from './caching.ts';
import { call } from './fake-wire.ts';

const never = new Promise<never>(() => undefined);

/** A store that tells later. */
class SlowStore implements CacheStore {
  readonly entries = new Map<string, CacheEntry>();
  asked = 0;

  async get(key: string): Promise<CacheEntry | undefined> {
    this.asked++;
    return this.entries.get(key);
  }

  async set(key: string, entry: CacheEntry): Promise<void> {
    this.entries.set(key, entry);
  }

  async delete(): Promise<void> {
    this.entries.clear();
  }
}

const broken = (what: Partial<CacheStore>): CacheStore => ({
  get: () => undefined,
  set: () => undefined,
  delete: () => undefined,
  ...what,
});

describe('a store of answers that is asked over a wire', () => {
  it('works like any other', async () => {
    const store = new SlowStore();
    const { wire, start, clock, cache } = caching({ store, staleMs: 5_000 });
    const callers = [call(start), call(start)];
    await settle();
    expect(wire.sent).to.have.length(1);
    wire.last.answer({ n: 1 });
    await settle();
    expect(callers.map((caller) => caller.value)).to.deep.equal([{ n: 1 }, { n: 1 }]);
    const hit = call(start);
    expect(hit.outcome).to.equal(undefined);
    await settle();
    expect([hit.value, hit.notes.cache]).to.deep.equal([{ n: 1 }, 'hit']);
    await clock.advance(10_000);
    const stale = call(start);
    await settle();
    expect([stale.value, stale.notes.cache]).to.deep.equal([{ n: 1 }, 'stale']);
    expect(wire.sent).to.have.length(2);
    wire.last.answer({ n: 2 });
    await settle();
    expect([...store.entries.values()].map((entry) => entry.value)).to.deep.equal(['{"n":2}']);
    expect(clock.pending).to.equal(0);
    expect(cache.stats()).to.deep.equal({ hits: 1, stale: 1, misses: 1, joined: 1, entries: 0 });
  });

  it('does not hold up who gives up meanwhile', async () => {
    const { wire, start, clock } = caching({ store: broken({ get: () => never }) });
    const caller = call(start);
    caller.cancel('enough');
    expect(caller.error).to.include({ code: 'CANCELLED', maybeExecuted: false });
    expect(clock.pending).to.equal(0);
    const timed = call(start, { totalMs: 500 });
    await clock.advance(500);
    expect(timed.error).to.include({ code: 'TIMEOUT', phase: 'total' });
    expect(clock.pending).to.equal(0);
    expect(wire.sent).to.have.length(0);
  });

  it('that says nothing for a second is not waited for, and what it says later is not heard', async () => {
    let tell: (entry: CacheEntry) => void = () => undefined;
    const { wire, start, clock } = caching({
      store: broken({ get: () => new Promise((resolve) => (tell = resolve)) }),
    });
    const caller = call(start);
    await clock.advance(999);
    expect(wire.sent).to.have.length(0);
    await clock.advance(1);
    expect(wire.sent).to.have.length(1);
    tell({ value: '"late"', freshUntil: Infinity, staleUntil: Infinity });
    await settle();
    expect(caller.outcome).to.equal(undefined);
    wire.last.answer('new');
    expect(caller.value).to.equal('new');
    expect(clock.pending).to.equal(0);
  });
});

describe('a store of answers that fails', () => {
  const fail = (): never => {
    throw new Error('disk full');
  };
  const stores: Record<string, CacheStore> = {
    'throws at every turn': { get: fail, set: fail, delete: fail },
    'rejects at every turn': {
      get: async () => fail(),
      set: async () => fail(),
      delete: async () => fail(),
    },
    'never finishes keeping': broken({ set: () => never }),
    'returns what is no entry': broken({ get: () => 'entry' as never }),
    'returns null': broken({ get: () => null as never }),
    'returns half of an entry': broken({ get: () => ({ value: '{"n"', freshUntil: 9e15, staleUntil: 9e15 }) }),
    'returns an entry without times': broken({ get: () => ({ value: '1' }) as never }),
  };
  for (const [what, store] of Object.entries(stores)) {
    it(`breaks no call: it ${what}`, async () => {
      const { wire, start, clock } = caching({ store });
      const caller = call(start);
      await settle();
      wire.last.answer('fine');
      await settle();
      expect(caller.value).to.equal('fine');
      expect(clock.pending).to.equal(0);
    });
  }
});
