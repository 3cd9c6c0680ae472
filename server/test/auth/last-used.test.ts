import { expect } from 'chai';
import { createKey, listKeys } from '../../src/auth/key-admin.ts';
import { KeyRing } from '../../src/auth/key-ring.ts';
import type { KeyStore } from '../../src/auth/key-store.ts';
import { keepLastUsed } from '../../src/auth/last-used.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { MemoryKeyStore } from './memory-key-store.ts';

const MINUTE_MS = 60_000;

describe('when a key was last used', () => {
  let clock: FakeClock;
  let store: MemoryKeyStore;
  let key: string;
  let ring: KeyRing;
  const now = (): number => clock.now();
  const lastUsed = async () => (await listKeys(store, now))[0]?.lastUsedAt;

  beforeEach(async () => {
    clock = new FakeClock(Date.UTC(2026, 0, 1, 8, 20));
    store = new MemoryKeyStore();
    ({ key } = await createKey(store, { role: 'user' }, { now, roles: ['user'] }));
    ring = new KeyRing(store.pepper, store.records, [], now);
  });

  it('is written to the hour, ten minutes later, and not again in the same hour', async () => {
    const end = keepLastUsed(ring, store, { clock, log: keptLog() });
    ring.identify(key);
    clock.advance(10 * MINUTE_MS - 1);
    expect(await lastUsed()).to.equal(undefined);
    clock.advance(1);
    await Promise.resolve();
    const written = store.records;
    expect(await lastUsed()).to.equal('2026-01-01T08:00:00.000Z');
    ring.identify(key);
    clock.advance(10 * MINUTE_MS);
    await end();
    expect(store.records).to.equal(written);
    expect(clock.pending).to.equal(0);
  });

  it('is written at the end', async () => {
    const end = keepLastUsed(ring, store, { clock, log: keptLog() });
    ring.identify(key);
    await end();
    expect(await lastUsed()).to.equal('2026-01-01T08:00:00.000Z');
  });

  for (const lastUsedAt of ['2026-01-01T08:00:00.000Z', '2026-01-01T09:00:00.000Z']) {
    it(`is not written when it is known to be ${lastUsedAt}: it never goes back`, async () => {
      store.records = store.records.map((record) => ({ ...record, lastUsedAt }));
      const before = store.records;
      const end = keepLastUsed(ring, store, { clock, log: keptLog() });
      ring.identify(key);
      await end();
      expect(store.records).to.equal(before);
    });
  }

  it('is kept for later when it cannot be written', async () => {
    const log = keptLog();
    let full = true;
    const change: KeyStore['change'] = async (update) => {
      if (full) throw new Error('the disk is full');
      return store.change(update);
    };
    const end = keepLastUsed(ring, { change }, { clock, log });
    ring.identify(key);
    clock.advance(10 * MINUTE_MS);
    await new Promise((resolve) => setImmediate(resolve));
    expect(log.lines).to.deep.equal(['could not write when the keys were last used; trying again later']);
    full = false;
    await end();
    expect(await lastUsed()).to.equal('2026-01-01T08:00:00.000Z');
  });
});
