import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openKeyRing } from '../../src/auth/first-key.ts';
import { followKeys } from '../../src/auth/follow-keys.ts';
import { createKey, listKeys, revokeKey } from '../../src/auth/key-admin.ts';
import type { KeyRecord } from '../../src/auth/key-ring.ts';
import { openKeyStore } from '../../src/auth/key-store.ts';
import { keptLog } from '../kept-log.ts';

describe('making and revoking keys', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'callsheet-key-admin-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const now = (): number => Date.UTC(2026, 0, 1);
  const open = async () => (await openKeyRing(await openKeyStore(folder), [], now)).ring;

  it('makes keys that open with their role, beside those there were', async () => {
    const { firstKey = '' } = await openKeyRing(await openKeyStore(folder), [], now);
    const { kid, text } = await createKey(folder, { name: 'eve', role: 'viewer' }, now);
    const ring = await open();
    expect(ring.verify(text)).to.deep.include({ id: `key:${kid}`, role: 'viewer' });
    expect(ring.verify(firstKey)).to.deep.include({ role: 'admin' });
    expect((await listKeys(folder)).map(({ name }) => name)).to.deep.equal(['first admin key', 'eve']);
  });

  it('revokes a key once and for good', async () => {
    const { kid, text } = await createKey(folder, { name: 'eve', role: 'viewer' }, now);
    const principal = (await open()).verify(text);
    await revokeKey(folder, kid);
    const ring = await open();
    expect(ring.verify(text)).to.equal(undefined);
    expect(principal && ring.admits(principal)).to.equal(false);
    const again = await revokeKey(folder, kid).catch((error: Error) => error.message);
    expect(again).to.contain(kid);
  });

  it('tells a running gateway of every change, and of a damaged file nothing but a warning', async () => {
    const { kid } = await createKey(folder, { name: 'eve', role: 'viewer' }, now);
    let tell: (records: readonly KeyRecord[]) => void = () => {};
    const heard = new Promise<readonly KeyRecord[]>((resolve) => {
      tell = resolve;
    });
    let warn: () => void = () => {};
    const warned = new Promise<void>((resolve) => {
      warn = resolve;
    });
    const end = followKeys(folder, { ...keptLog(), warn }, (records) => tell(records));
    await writeFile(join(folder, 'auth', 'keys.json'), '{');
    await warned;
    await rm(join(folder, 'auth', 'keys.json'));
    await createKey(folder, { name: 'bob', role: 'user' }, now);
    const records = await heard;
    expect(records.map((record) => record.kid)).to.not.include(kid);
    end();
  });

  it('serves on where the file system cannot be watched', () => {
    const warnings: string[] = [];
    const log = { ...keptLog(), warn: (_fields: object, message: string) => void warnings.push(message) };
    followKeys(join(folder, 'nowhere'), log, () => {})();
    expect(warnings).to.deep.equal(['cannot watch the keys; changes count after the next start']);
  });
});
