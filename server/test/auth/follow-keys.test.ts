import { expect } from 'chai';
import type { Following } from '../../src/auth/follow-file.ts';
import { keepKeysCurrent } from '../../src/auth/follow-keys.ts';
import { createKey, revokeKey, rotateKey } from '../../src/auth/key-admin.ts';
import { KeyRing } from '../../src/auth/key-ring.ts';
import { type KeyStore, openKeyStore } from '../../src/auth/key-store.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { useTempDir } from '../temp-dir.ts';

describe('the keys of a running gateway', () => {
  const folder = useTempDir();
  let clock: FakeClock;
  let store: KeyStore;
  let ring: KeyRing;
  let following: Following;
  let told: () => void;
  const now = (): number => clock.now();
  const parts = { now, roles: ['user'] };
  /** Resolves when the gateway is told that keys may have ended, and something is so. */
  const until = async (so: () => boolean): Promise<void> => {
    while (!so()) {
      await new Promise<void>((resolve) => {
        told = resolve;
      });
    }
  };

  beforeEach(async () => {
    clock = new FakeClock(Date.UTC(2026, 0, 1));
    told = () => {};
    store = await openKeyStore(folder());
    ring = new KeyRing(store.pepper, [], [], now);
    following = keepKeysCurrent({ ...{ dataDir: folder(), ring, clock, log: keptLog() }, changed: () => told() });
  });
  afterEach(() => following.end());

  it('are taken when they are made, and told to be over when they are revoked', async () => {
    const { key, record } = await createKey(store, { role: 'user' }, parts);
    await until(() => ring.identify(key) !== undefined);
    const identity = ring.identify(key);
    await revokeKey(store, record.kid, now);
    await until(() => identity?.stillGood() === false);
    expect(ring.identify(key)).to.equal(undefined);
  });

  it('are told to be over at the end of their time', async () => {
    const { key } = await createKey(store, { role: 'user', expiresAt: '2026-01-01T00:01:00Z' }, parts);
    const { record } = await createKey(store, { role: 'user' }, parts);
    await rotateKey(store, { kid: record.kid, graceMs: 90_000 }, { now });
    await following.refresh();
    const identity = ring.identify(key);
    const ended: number[] = [];
    told = () => void ended.push(clock.now() - Date.UTC(2026, 0, 1));
    clock.advance(59_999);
    expect(identity?.stillGood()).to.equal(true);
    clock.advance(1);
    expect(identity?.stillGood()).to.equal(false);
    clock.advance(86_400_000);
    expect(ended).to.deep.equal([60_000, 90_000]);
  });

  it('are let go at the end', async () => {
    await createKey(store, { role: 'user', expiresInDays: 1 }, parts);
    await following.refresh();
    following.end();
    expect(clock.pending).to.equal(0);
  });
});
