import { createSecretKey } from 'node:crypto';
import { expect } from 'chai';
import { makeApiKey } from '../../src/auth/api-key.ts';
import type { KeyRecord } from '../../src/auth/key-record.ts';
import { hashKey, KeyRing } from '../../src/auth/key-ring.ts';

const PEPPER = createSecretKey(Buffer.alloc(32, 7));
const HOUR_MS = 3_600_000;

function issue(changes: Partial<KeyRecord> = {}): { readonly text: string; readonly record: KeyRecord } {
  const { text, kid } = makeApiKey('live');
  const facts = { kid, hash: hashKey(text, PEPPER), name: kid, role: 'user', createdAt: '2026-01-01T00:00:00.000Z' };
  return { text, record: { ...facts, status: 'active', ...changes } };
}

describe('the key ring', () => {
  let time: number;
  const ringOf = (...records: KeyRecord[]): KeyRing => new KeyRing(PEPPER, records, [], () => time);
  beforeEach(() => {
    time = Date.UTC(2026, 0, 2);
  });

  it('says who holds a key that was stored by an older version', () => {
    const { text, record } = issue();
    const identity = ringOf(record).identify(text);
    expect(identity).to.deep.include({ means: 'apiKey', credential: record.kid });
    expect(identity?.principal).to.deep.equal({ id: `key:${record.kid}`, role: 'user', scopes: [] });
    expect(identity).to.not.have.any.keys('expiresAt', 'allowedOrigins', 'warning');
  });

  it('opens for no unknown key, no overlong text, no slip of the pen, no key under another pepper', () => {
    const { text, record } = issue();
    const ring = ringOf(record);
    for (const wrong of [makeApiKey('live').text, 'x'.repeat(10_000), `${text.slice(0, -1)}!`, `${text} `, '']) {
      expect(ring.identify(wrong)).to.equal(undefined);
    }
    const other = new KeyRing(createSecretKey(Buffer.alloc(32, 8)), [record]);
    expect(other.identify(text)).to.equal(undefined);
  });

  it('gives one frozen principal for as long as the key says the same', () => {
    const { text, record } = issue({ scopes: ['tools:read'], allowedOrigins: ['https://a.example'] });
    const ring = ringOf(record);
    const identity = ring.identify(text);
    expect(Object.isFrozen(identity) && Object.isFrozen(identity?.principal)).to.equal(true);
    expect(Object.isFrozen(identity?.principal.scopes) && Object.isFrozen(identity?.allowedOrigins)).to.equal(true);
    ring.adopt([{ ...record, lastUsedAt: '2026-01-01T00:00:00.000Z', name: 'renamed' }]);
    expect(ring.identify(text)?.principal).to.equal(identity?.principal);
    expect(identity?.stillGood()).to.equal(true);
  });

  for (const [what, change] of [
    ['is revoked', { status: 'revoked' }],
    ['retires at once', { status: 'retiring', retiresAt: '2026-01-02T00:00:00.000Z' }],
    ['retires without saying when', { status: 'retiring' }],
    ['expires', { expiresAt: '2026-01-02T00:00:00.000Z' }],
    ['has another role', { role: 'viewer' }],
    ['has other scopes', { scopes: ['tools:read'] }],
    ['has other origins', { allowedOrigins: ['https://a.example'] }],
    ['belongs to another caller', { principal: 'key:other' }],
  ] as const satisfies readonly (readonly [string, Partial<KeyRecord>])[]) {
    it(`takes an identity back when its key ${what}`, () => {
      const { text, record } = issue();
      const ring = ringOf(record);
      const identity = ring.identify(text);
      ring.adopt([{ ...record, ...change }]);
      expect(identity?.stillGood()).to.equal(false);
    });
  }

  it('takes an identity back when its key is gone, and when its time is over', () => {
    const { text, record } = issue({ expiresAt: '2026-01-02T00:00:00.001Z' });
    const gone = issue();
    const ring = ringOf(record, gone.record);
    const [identity, other] = [ring.identify(text), ring.identify(gone.text)];
    ring.adopt([record]);
    expect([identity?.stillGood(), other?.stillGood()]).to.deep.equal([true, false]);
    time++;
    expect(identity?.stillGood()).to.equal(false);
    expect(ring.identify(text)).to.equal(undefined);
  });

  it('keeps the keys of the configuration, whatever is stored', () => {
    const { text, record } = issue({ kid: 'config-ops' });
    const ring = new KeyRing(PEPPER, [], [record]);
    const identity = ring.identify(text);
    ring.adopt([{ ...record, kid: 'stored', status: 'revoked' }]);
    expect(ring.identify(text)?.credential).to.equal('config-ops');
    expect(identity?.stillGood()).to.equal(true);
  });

  it('knows the next moment at which a key ends', () => {
    const ring = ringOf(
      issue().record,
      issue({ expiresAt: '2026-01-02T00:00:09.000Z' }).record,
      issue({ status: 'retiring', retiresAt: '2026-01-02T00:00:05.000Z', expiresAt: '2027-01-01T00:00:00.000Z' })
        .record,
      issue({ expiresAt: '2026-01-01T00:00:00.000Z' }).record,
    );
    expect(ring.nextEnd()).to.equal(time + 5_000);
    time += 5_000;
    expect(ring.nextEnd()).to.equal(time + 4_000);
    time += 4_000;
    expect(ring.nextEnd()).to.equal(undefined);
  });

  it('notes once an hour that a key was used', () => {
    const { text, record } = issue();
    const ring = ringOf(record);
    time += 1;
    for (let times = 0; times < 3; times++) ring.identify(text);
    expect([...ring.takeUses()]).to.deep.equal([[record.kid, time - 1]]);
    time += HOUR_MS - 2;
    ring.identify(text);
    ring.adopt([record]);
    ring.identify(text);
    expect(ring.takeUses()).to.have.property('size', 0);
    time += 1;
    ring.identify(text);
    expect([...ring.takeUses()]).to.deep.equal([[record.kid, time]]);
  });
});
