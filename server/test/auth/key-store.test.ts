import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { createKey, listKeys, revokeKey } from '../../src/auth/key-admin.ts';
import { KeyRing } from '../../src/auth/key-ring.ts';
import { keyFile, openKeyStore } from '../../src/auth/key-store.ts';
import { useTempDir } from '../temp-dir.ts';
import { startScript } from './script.ts';

const now = (): number => Date.UTC(2026, 0, 1);
const parts = { now, roles: ['user'] };

describe('the key store', () => {
  const folder = useTempDir();

  it('keeps no key on disk, and nothing others may read', async () => {
    const { key } = await createKey(await openKeyStore(folder()), { role: 'user' }, parts);
    const names = await readdir(join(folder(), 'auth'), { recursive: true, withFileTypes: true });
    expect(names.map(({ name }) => name)).to.include.members(['keys.json', 'pepper', 'link-key']);
    for (const entry of names) {
      const path = join(entry.parentPath, entry.name);
      expect((await stat(path)).mode & 0o077, path).to.equal(0);
      if (entry.isFile()) expect(await readFile(path, 'utf8')).to.not.contain(key.slice(18, 60));
    }
  });

  it('refuses a damaged key file instead of replacing it', async () => {
    const store = await openKeyStore(folder());
    const { key } = await createKey(store, { role: 'user' }, parts);
    const [record = {}] = JSON.parse(await readFile(keyFile(folder()), 'utf8')) as object[];
    const wrongs = [
      { kid: 1 },
      { status: 'lost' },
      { expiresAt: 'soon' },
      { retiresAt: 5 },
      { scopes: 'all' },
      { scopes: [1] },
    ];
    const entries = [...wrongs, { environment: 'prod' }, { principal: null }].map((wrong) => ({ ...record, ...wrong }));
    for (const damage of ['{', '{}', '[null]', '[{"kid":"a"}]', ...entries.map((entry) => JSON.stringify([entry]))]) {
      await writeFile(keyFile(folder()), damage);
      const attempts = [
        () => openKeyStore(folder()),
        () => store.read(),
        () => createKey(store, { role: 'user' }, parts),
      ];
      for (const attempt of attempts) {
        const failure = await attempt().then(String, (error: Error) => error.message);
        expect(failure, damage).to.contain(keyFile(folder())).and.to.contain('backup').and.to.not.contain(key);
      }
      expect(await readFile(keyFile(folder()), 'utf8')).to.equal(damage);
    }
  });

  it('reads what an older version wrote, and keeps what a newer one added', async () => {
    const store = await openKeyStore(folder());
    const { key, record } = await createKey(store, { role: 'user' }, parts);
    const [{ hash }] = JSON.parse(await readFile(keyFile(folder()), 'utf8')) as [{ hash: string }];
    const old = { kid: record.kid, hash, name: 'old', role: 'user', createdAt: record.createdAt, status: 'active' };
    await writeFile(keyFile(folder()), JSON.stringify([{ ...old, allowedCidrs: ['10.0.0.0/8'] }]));
    const opened = await openKeyStore(folder());
    expect(new KeyRing(opened.pepper, opened.records).identify(key)?.principal.id).to.equal(`key:${record.kid}`);
    const [view] = await listKeys(opened, now);
    expect(view).to.include({ name: 'old', status: 'active', principal: `key:${record.kid}` });
    await revokeKey(opened, record.kid, now);
    expect(await readFile(keyFile(folder()), 'utf8'))
      .to.contain('allowedCidrs')
      .and.to.contain('revoked');
  });

  it('writes nothing when nothing changed, and nothing when the change fails', async () => {
    const store = await openKeyStore(folder());
    expect(await store.change((records) => ({ records, answer: 7 }))).to.equal(7);
    const failing = store.change(() => {
      throw new Error('no');
    });
    expect(await failing.catch((error: Error) => error.message)).to.equal('no');
    expect(await readdir(join(folder(), 'auth'))).to.not.include('keys.json');
  });

  it('has one pepper, however many processes come first', async () => {
    const stores = await Promise.all(Array.from({ length: 10 }, () => openKeyStore(folder())));
    expect(new Set(stores.map(({ pepper }) => pepper.export().toString('hex'))).size).to.equal(1);
    expect(new Set(stores.map(({ linkKey }) => linkKey.export().toString('hex'))).size).to.equal(1);
  });

  it('refuses a secret that is none, and leaves it alone', async () => {
    await openKeyStore(folder());
    await writeFile(join(folder(), 'auth', 'pepper'), 'c2hvcnQ');
    const failure = await openKeyStore(folder()).catch((error: Error) => error.message);
    expect(failure).to.contain('pepper').and.to.contain('32 bytes');
    expect(await readFile(join(folder(), 'auth', 'pepper'), 'utf8')).to.equal('c2hvcnQ');
  });

  it('leaves no draft behind when it cannot write', async () => {
    const store = await openKeyStore(folder());
    await mkdir(join(keyFile(folder()), 'in the way'), { recursive: true });
    expect(await store.change(() => ({ records: [], answer: 0 })).catch((error: Error) => error.message)).to.be.a(
      'string',
    );
    expect((await readdir(join(folder(), 'auth'))).filter((name) => name.endsWith('.tmp'))).to.deep.equal([]);
  });

  it('loses no key of eight processes that make ten each, in a folder that was empty', async function () {
    this.timeout(120_000);
    const started = Array.from({ length: 8 }, () => startScript('ten-keys.ts', folder()));
    const texts = (await Promise.all(started.map(({ output }) => output))).flatMap((text) => text.trim().split('\n'));
    expect(new Set(texts).size).to.equal(80);
    const { pepper, records } = await openKeyStore(folder());
    const ring = new KeyRing(pepper, records);
    expect(records).to.have.length(80);
    expect(texts.filter((text) => ring.identify(text) === undefined)).to.deep.equal([]);
  });
});
