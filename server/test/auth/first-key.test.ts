import { expect } from 'chai';
import { makeApiKey } from '../../src/auth/api-key.ts';
import { openKeyRing } from '../../src/auth/first-key.ts';
import { createKey, revokeKey } from '../../src/auth/key-admin.ts';
import { openKeyStore } from '../../src/auth/key-store.ts';
import { useTempDir } from '../temp-dir.ts';

const now = (): number => Date.UTC(2026, 0, 1);

describe('the first key', () => {
  const folder = useTempDir();
  const open = async (configured: Parameters<typeof openKeyRing>[1] = []) =>
    made(openKeyRing(await openKeyStore(folder()), configured, now));
  const made = async ({ ring, makeFirstKey }: ReturnType<typeof openKeyRing>) => ({
    ring,
    firstKey: await makeFirstKey?.(),
  });

  it('is made at the first start and not at the second, where it still opens', async () => {
    const first = await open();
    const key = first.firstKey ?? '';
    expect(first.ring.identify(key)?.principal).to.include({ role: 'admin' });
    const second = await open();
    expect(second.firstKey).to.equal(undefined);
    expect(second.ring.identify(key)?.principal).to.deep.equal(first.ring.identify(key)?.principal);
  });

  it('is not made before somebody can be shown it', async () => {
    const { ring, makeFirstKey } = openKeyRing(await openKeyStore(folder()), [], now);
    expect((await openKeyStore(folder())).records).to.deep.equal([]);
    expect(ring.identify((await makeFirstKey?.()) ?? '')).to.have.property('means', 'apiKey');
    expect((await openKeyStore(folder())).records).to.have.length(1);
  });

  it('is not made when the configuration names a key, which opens with its scopes and origins', async () => {
    const key = makeApiKey('live').text;
    const limits = { scopes: ['tools:read'], allowedOrigins: ['https://a.example'] };
    const { ring, firstKey } = await open([{ name: 'ops', key, role: 'user', ...limits }]);
    expect(firstKey).to.equal(undefined);
    expect(ring.identify(key)).to.deep.include({ credential: 'config-ops', allowedOrigins: limits.allowedOrigins });
    expect(ring.identify(key)?.principal).to.deep.equal({ id: 'key:config-ops', role: 'user', scopes: ['tools:read'] });
    expect(JSON.stringify((await openKeyStore(folder())).records)).to.equal('[]');
  });

  it('is not made again when every key was revoked', async () => {
    const store = await openKeyStore(folder());
    const { record } = await createKey(store, { role: 'user' }, { now, roles: ['user'] });
    await revokeKey(store, record.kid, now);
    expect((await open()).firstKey).to.equal(undefined);
  });

  it('is not made when somebody makes a key by the command line in the same moment', async () => {
    const early = await openKeyStore(folder());
    const { key } = await createKey(await openKeyStore(folder()), { role: 'user' }, { now, roles: ['user'] });
    const { ring, firstKey } = await made(openKeyRing(early, [], now));
    expect(firstKey).to.equal(undefined);
    expect(ring.identify(key)?.principal).to.include({ role: 'user' });
  });
});
