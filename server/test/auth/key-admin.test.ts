import { expect } from 'chai';
import { createKey, listKeys, revokeKey, rotateKey } from '../../src/auth/key-admin.ts';
import { KeyRing } from '../../src/auth/key-ring.ts';
import { FakeClock } from '../fake-clock.ts';
import { MemoryKeyStore } from './memory-key-store.ts';
import { refusalOf } from './refusal-of.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('the life of a key', () => {
  let clock: FakeClock;
  let store: MemoryKeyStore;
  const now = (): number => clock.now();
  const make = (wish: Partial<Parameters<typeof createKey>[1]> = {}) =>
    createKey(store, { role: 'user', ...wish }, { now, roles: ['admin', 'user', 'viewer'] });
  const rotate = (kid: string, graceMs?: number) => rotateKey(store, { kid, graceMs }, { now });
  const identify = (key: string) => new KeyRing(store.pepper, store.records, [], now).identify(key);
  const statuses = async () => (await listKeys(store, now)).map(({ status }) => status);

  beforeEach(() => {
    clock = new FakeClock(Date.UTC(2026, 0, 1));
    store = new MemoryKeyStore();
  });

  it('begins with what was wished for', async () => {
    const { key, record } = await make({
      ...{ name: 'eve', role: 'viewer', scopes: ['tools:read', 'generate_*', 'tools:read'], environment: 'test' },
      ...{ allowedOrigins: ['https://app.example.com'], expiresInDays: 1 },
    });
    expect(key).to.match(/^csk_test_/);
    expect(record).to.deep.equal({
      ...{ kid: key.slice(9, 17), name: 'eve', role: 'viewer', principal: `key:${key.slice(9, 17)}` },
      ...{ scopes: ['tools:read', 'generate_*'], allowedOrigins: ['https://app.example.com'], environment: 'test' },
      ...{ createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-02T00:00:00.000Z', status: 'active' },
    });
    expect(identify(key)).to.deep.include({ credential: record.kid, allowedOrigins: ['https://app.example.com'] });
  });

  it('never shows the hash of a key', async () => {
    const { record } = await make();
    const { replaced } = await rotate(record.kid);
    const shown = [record, replaced, ...(await listKeys(store, now)), await revokeKey(store, record.kid, now)];
    expect(JSON.stringify(shown)).to.not.contain('hash');
    expect(shown.map((view) => Object.hasOwn(view, 'hash'))).to.not.include(true);
  });

  it('ends at the millisecond it says', async () => {
    const { key } = await make({ expiresAt: '2026-01-01T00:00:01.500Z' });
    clock.advance(1_499);
    expect(identify(key)).to.include({ expiresAt: Date.UTC(2026, 0, 1, 0, 0, 1, 500) });
    clock.advance(1);
    expect(identify(key)).to.equal(undefined);
    expect(await statuses()).to.deep.equal(['expired']);
  });

  it('goes over to a replacement that is the same caller with the same rights, and ends when its grace is over', async () => {
    const { key, record } = await make({
      role: 'viewer',
      scopes: ['tools:read'],
      allowedOrigins: ['https://a.example'],
    });
    const next = await rotate(record.kid, 1_000);
    expect(next.record).to.deep.include({
      role: 'viewer',
      scopes: ['tools:read'],
      allowedOrigins: ['https://a.example'],
    });
    expect(next.replaced).to.deep.include({ status: 'retiring', replacedBy: next.record.kid });
    expect(identify(next.key)?.principal).to.deep.equal({ ...identify(key)?.principal });
    expect(identify(next.key)).to.not.have.property('warning');
    clock.advance(999);
    expect(identify(key)?.warning).to.equal(
      `This key stops working at 2026-01-01T00:00:01.000Z; use its replacement "${next.record.kid}"`,
    );
    clock.advance(1);
    expect(identify(key)).to.equal(undefined);
    expect(identify(next.key)?.principal.id).to.equal(`key:${record.kid}`);
    expect(await statuses()).to.deep.equal(['expired', 'active']);
  });

  it('has a day of grace unless told otherwise, and none with a grace of zero', async () => {
    const { key, record } = await make();
    const { record: second, key: secondKey } = await rotate(record.kid);
    clock.advance(DAY_MS - 1);
    expect(identify(key)).to.not.equal(undefined);
    clock.advance(1);
    expect(identify(key)).to.equal(undefined);
    await rotate(second.kid, 0);
    expect(identify(secondKey)).to.equal(undefined);
  });

  it('keeps its own end when that comes before the end of its grace, and its replacement lives as long as it', async () => {
    const { key, record } = await make({ expiresInDays: 2 });
    clock.advance(DAY_MS + 12 * HOUR_MS);
    const next = await rotate(record.kid);
    expect(identify(key)?.expiresAt).to.equal(Date.UTC(2026, 0, 3));
    expect(next.record.expiresAt).to.equal('2026-01-04T12:00:00.000Z');
  });

  it('is not rotated twice, nor after its end, nor beyond two good keys of one caller', async () => {
    const { record: first } = await make({ expiresInDays: 2 });
    const { record: second } = await rotate(first.kid);
    expect(await refusalOf(rotate(first.kid))).to.deep.include({ name: 'CONFLICT' });
    const third = await refusalOf(rotate(second.kid));
    expect(third.name).to.equal('CONFLICT');
    expect(third.says).to.contain(first.kid).and.contain(second.kid);
    expect((await refusalOf(make({ principal: `key:${first.kid}` }))).name).to.equal('CONFLICT');
    await revokeKey(store, first.kid, now);
    const { record: fresh } = await rotate(second.kid, 0);
    clock.advance(3 * DAY_MS);
    expect((await refusalOf(rotate(fresh.kid))).says).to.contain('expired');
    expect((await refusalOf(rotate(first.kid))).says).to.contain('revoked');
  });

  it('refuses a grace that is no time', async () => {
    const { record } = await make();
    for (const graceMs of [-1, 0.5, Number.NaN, Infinity, 91 * DAY_MS]) {
      expect((await refusalOf(rotate(record.kid, graceMs))).name).to.equal('INVALID_PARAMS');
    }
    expect(await statuses()).to.deep.equal(['active']);
  });

  it('may be one of two keys of a caller by wish', async () => {
    const { record } = await make();
    const { key } = await make({ principal: record.principal });
    expect(identify(key)?.principal.id).to.equal(record.principal);
  });

  it('is revoked once and for good, also while it retires', async () => {
    const { key, record } = await make();
    await rotate(record.kid);
    expect(await revokeKey(store, record.kid, now)).to.include({ kid: record.kid, status: 'revoked' });
    expect(identify(key)).to.equal(undefined);
    expect((await refusalOf(revokeKey(store, record.kid, now))).name).to.equal('CONFLICT');
    expect(await refusalOf(revokeKey(store, 'no\u001b[2Jkey', now))).to.deep.equal({
      name: 'NOT_FOUND',
      says: 'Cannot revoke "no\\u001b[2Jkey": no key is stored under this id; see "keys list"',
    });
  });
});
