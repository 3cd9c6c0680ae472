import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeApiKey } from '../../src/auth/api-key.ts';
import { openKeyRing } from '../../src/auth/first-key.ts';
import { openKeyStore } from '../../src/auth/key-store.ts';

describe('the key ring', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'callsheet-keys-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const now = (): number => Date.UTC(2026, 0, 1);

  it('makes one admin key at the first start and none at the second, where the first still opens', async () => {
    const first = await openKeyRing(await openKeyStore(folder), [], now);
    const key = first.firstKey ?? '';
    expect(first.ring.verify(key)).to.deep.include({ role: 'admin' });
    const second = await openKeyRing(await openKeyStore(folder), [], now);
    expect(second.firstKey).to.equal(undefined);
    expect(second.ring.verify(key)).to.deep.equal(first.ring.verify(key));
  });

  it('keeps no key on disk, and nothing others may read', async () => {
    const { firstKey = '' } = await openKeyRing(await openKeyStore(folder), [], now);
    for (const name of await readdir(join(folder, 'auth'))) {
      const file = join(folder, 'auth', name);
      expect(await readFile(file, 'utf8')).to.not.contain(firstKey.slice(18, 60));
      expect((await stat(file)).mode & 0o077).to.equal(0);
    }
  });

  it('makes no key when the configuration names one, and that one opens', async () => {
    const key = makeApiKey('live').text;
    const { ring, firstKey } = await openKeyRing(await openKeyStore(folder), [{ name: 'ops', key, role: 'user' }], now);
    expect(firstKey).to.equal(undefined);
    expect(ring.verify(key)).to.deep.equal({ id: 'key:config-ops', role: 'user', scopes: [] });
    expect(ring.verify(makeApiKey('live').text)).to.equal(undefined);
  });

  it('does not open for a revoked key, an overlong text or a key hashed under another pepper', async () => {
    const store = await openKeyStore(folder);
    const { ring, firstKey = '' } = await openKeyRing(store, [], now);
    const { records } = await openKeyStore(folder);
    await store.save(records.map((record) => ({ ...record, status: 'revoked' as const })));
    const again = await openKeyRing(await openKeyStore(folder), [], now);
    expect(again.ring.verify(firstKey)).to.equal(undefined);
    expect(ring.verify('x'.repeat(10_000))).to.equal(undefined);
    await rm(join(folder, 'auth', 'pepper'));
    const other = await openKeyRing({ ...(await openKeyStore(folder)), records }, [], now);
    expect(other.ring.verify(firstKey)).to.equal(undefined);
  });

  it('refuses a damaged key file instead of replacing it', async () => {
    await openKeyRing(await openKeyStore(folder), [], now);
    const file = join(folder, 'auth', 'keys.json');
    for (const damage of ['{', '[{"kid":1}]', '{}']) {
      await writeFile(file, damage);
      const failure = await openKeyStore(folder).catch((error: Error) => error.message);
      expect(failure).to.contain(file).and.to.contain('backup');
    }
  });
});
