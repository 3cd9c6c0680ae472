import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { createKey } from '../../src/auth/key-admin.ts';
import { openKeyStore } from '../../src/auth/key-store.ts';
import { keyMethods } from '../../src/methods/keys.ts';
import { ALICE, houseOf, identityOf, talk } from '../session/talk.ts';
import { useTempDir } from '../temp-dir.ts';

describe('keys/*', () => {
  const folder = useTempDir();

  async function desk(caller = ALICE) {
    const store = await openKeyStore(folder());
    let refreshed = 0;
    const methods = keyMethods({
      store,
      now: () => Date.UTC(2026, 10, 21),
      roles: () => ['admin', 'viewer'],
      refresh: async () => void refreshed++,
      recorder: undefined,
    });
    const line = talk(houseOf(methods), identityOf(caller));
    const ask = async (method: string, params: object = {}): Promise<{ result: JsonObject; error: JsonObject }> => {
      const before = line.frames.length;
      await line.say({ jsonrpc: '2.0', id: 1, method, params });
      // The store writes to a disk: its answer comes when it is there.
      while (line.frames.length === before) await new Promise((resolve) => setImmediate(resolve));
      return JSON.parse(line.frames[before] ?? '');
    };
    return { ask, refreshed: () => refreshed };
  }

  it('make, list, rotate and revoke keys, and what they answer counts already', async () => {
    const { ask, refreshed } = await desk();
    const made = (await ask('keys/create', { role: 'viewer', name: 'eve', scopes: ['tools:read'] })).result;
    expect(made.key).to.match(/^csk_live_/);
    const { kid } = made.record as { kid: string };
    const rotated = (await ask('keys/rotate', { kid, graceMs: 1_000 })).result;
    expect(rotated.replaced).to.include({ kid, status: 'retiring' });
    expect((await ask('keys/revoke', { kid })).result.record).to.include({ kid, status: 'revoked' });
    expect(refreshed()).to.equal(3);
    const listed = JSON.stringify((await ask('keys/list')).result);
    expect(listed).to.include(kid).and.to.not.include(String(made.key)).and.to.not.include('hash');
  });

  it('say what cannot be, in the words of the error table', async () => {
    const { ask } = await desk();
    expect((await ask('keys/create', { role: 'boss' })).error).to.include({ code: -32602 });
    expect((await ask('keys/revoke', { kid: 'nope' })).error).to.include({ code: 4040 });
    expect((await ask('keys/rotate', { kid: 'nope', graceMs: -1 })).error).to.include({ code: -32602 });
  });

  it('make no key that carries more than the credential that asks', async () => {
    const { ask } = await desk({ ...ALICE, scopes: ['keys/*', 'tools:read'] });
    for (const wish of [
      { role: 'admin' },
      { role: 'admin', scopes: ['tools:call'] },
      { role: 'viewer', scopes: ['tools:read'] },
    ]) {
      expect((await ask('keys/create', wish)).error, JSON.stringify(wish)).to.include({ code: 4030 });
    }
    const made = (await ask('keys/create', { role: 'admin', scopes: ['tools:read'] })).result;
    expect(made).to.have.property('key');
    const store = await openKeyStore(folder());
    const { record } = await createKey(store, { role: 'admin' }, { now: Date.now, roles: ['admin'] });
    for (const method of ['keys/rotate', 'keys/revoke']) {
      expect((await ask(method, { kid: record.kid })).error, method).to.include({ code: 4030 });
    }
    expect(await store.read()).to.have.length(2);
  });
});
