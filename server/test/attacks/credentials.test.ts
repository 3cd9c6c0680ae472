import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createKey } from '../../src/auth/key-admin.ts';
import { openKeyStore } from '../../src/auth/key-store.ts';
import { useBystander } from './bystander.ts';
import { Caller } from './caller.ts';
import { bearer, DOORS, freshAddress, hostOf, type Shown } from './doors.ts';
import { makeKey, operator } from './operator.ts';
import { exchange, RawConnection } from './raw-connection.ts';
import { ADMIN, BOB, HMAC_SECRET, TOKEN_SECRET, useTarget, VIEWER } from './target.ts';
import { everythingWrong, PARTNER, tokenWith } from './wrong-credentials.ts';

describe('attacks with wrong credentials', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'callsheet-partner-'));
    writeFileSync(join(folder, 'partner.pem'), PARTNER.pem);
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const target = useTarget(() => ({
    auth: { jwt_keys: { [PARTNER.kid]: { alg: 'RS256', key_file: join(folder, 'partner.pem') } } },
  }));
  useBystander(target);
  /** Once good, and no more. */
  const ended: Record<string, Shown> = {};
  before(async () => {
    const { key, revoke } = await makeKey(target(), { role: 'admin' });
    await revoke();
    ended['a key that was revoked'] = bearer(key, 'apiKey');
    const store = await openKeyStore(join(target().folder, 'data'));
    const yesterday = { now: () => Date.now() - 86_400_001, roles: ['admin'] };
    const old = await createKey(store, { role: 'admin', expiresInDays: 1 }, yesterday);
    ended['a key whose time is over'] = bearer(old.key, 'apiKey');
    const issued = await operator(target(), 'tokens', 'issue', 'grace');
    const [token = ''] = /eyJ\S+/.exec(issued) ?? [];
    await operator(target(), 'tokens', 'revoke', /^(\S+) is good until/m.exec(issued)?.[1] ?? '');
    ended['a token that was revoked'] = bearer(token, 'jwt');
  });

  it('are good where nothing is wrong with them, so that the lists mean something', async () => {
    for (const shown of [bearer(ADMIN, 'apiKey'), bearer(BOB, 'apiKey'), bearer(tokenWith(), 'jwt')]) {
      for (const [name, door] of Object.entries(DOORS)) {
        const { code } = await door(target(), shown);
        // Another caller than the one whose session it is may not go on with it; and there is no such file.
        expect(code, name).to.be.oneOf(name === 'session/refresh' ? [0, 4030] : name.startsWith('GET') ? [4040] : [0]);
      }
    }
  });

  for (const [name, door] of Object.entries(DOORS)) {
    const closes = name === 'session/open' ? 4401 : name === 'session/refresh' ? 0 : 401;
    it(`get one answer from ${name}, whatever is wrong with them: 4010, ${closes || 'and the session stays'}`, async () => {
      const answers = new Map<string, string>();
      for (const [what, shown] of Object.entries({ ...everythingWrong(), ...ended })) {
        if (shown.auth === undefined && closes !== 401) continue;
        const { code, status, said } = await door(target(), shown);
        expect([code, status], what).to.deep.equal([4010, closes]);
        answers.set(said, what);
      }
      expect([...answers.values()], 'different answers').to.have.length(1);
      const [said = ''] = answers.keys();
      expect(said).to.not.match(/expired at|revoked|unknown|signature|algorithm|role|issuer|audience/i);
    });
  }

  it('are refused as malformed where they cannot be parameters at all', async () => {
    const caller = await Caller.open(target(), { address: freshAddress() });
    const auth = { type: 'jwt', token: 'x'.repeat(8_193) };
    expect((await caller.ask('session/open', { auth })).error.code).to.equal(-32602);
    caller.cut();
  });

  it('may not come twice: two credentials are none', async () => {
    const both = { headers: { Authorization: `Bearer ${ADMIN}`, 'X-API-Key': ADMIN } };
    for (const name of ['the header of an upgrade', 'POST /v1/session/ticket', 'POST /v1/assets', 'GET /assets/…']) {
      expect(await DOORS[name]?.(target(), both), name).to.include({ code: 4010, status: 401 });
    }
  });

  it('are not found in a scheme nobody described, nor in a cookie', async () => {
    for (const Authorization of [
      `Basic ${Buffer.from(`admin:${ADMIN}`).toString('base64')}`,
      `Digest username="admin"`,
      'Bearer',
      `Token ${ADMIN}`,
      ADMIN,
    ]) {
      const shown = { headers: { Authorization } };
      for (const name of ['the header of an upgrade', 'POST /v1/session/ticket', 'POST /v1/assets', 'GET /assets/…']) {
        expect(await DOORS[name]?.(target(), shown), `${name}: ${Authorization}`).to.include({
          code: 4010,
          status: 401,
        });
      }
    }
    const cookie = { headers: { Cookie: `token=${ADMIN}; authorization=Bearer ${ADMIN}; session=${ADMIN}` } };
    expect(await DOORS['POST /v1/session/ticket']?.(target(), cookie)).to.include({ code: 4010, status: 401 });
    expect(await DOORS['GET /assets/…']?.(target(), cookie)).to.include({ code: 4010, status: 401 });
    const stranger = await Caller.open(target(), { address: freshAddress(), headers: { ...cookie.headers } });
    expect((await stranger.ask('tools/list')).error.code).to.equal(4010);
  });

  it('are refused in a URL, good ones too', async () => {
    const names = ['token', 'access_token', 'api_key', 'apiKey', 'key', 'jwt', 'ticket', 'Authorization', 'X-API-Key'];
    for (const name of names) {
      for (const query of [`?${name}=${ADMIN}`, `?a=b&${name}=${ADMIN}`, `?${encodeURIComponent(name)}%20=${ADMIN}`]) {
        const connection = new RawConnection(target());
        const upgrade = await connection.upgrade({ Host: hostOf(target()) }, `/rpc${query}`);
        connection.destroy();
        expect([upgrade.status, JSON.parse(upgrade.body).error.code], query).to.deep.equal([401, 4010]);
        const request = `GET /health${query} HTTP/1.1\r\nHost: ${hostOf(target())}\r\nConnection: close\r\n\r\n`;
        expect((await exchange(target(), request)).status, query).to.equal(401);
        expect(upgrade.body).to.not.contain(ADMIN);
      }
    }
    const withName = `GET http://admin:${ADMIN}@${hostOf(target())}/health HTTP/1.1\r\nHost: ${hostOf(target())}\r\nConnection: close\r\n\r\n`;
    expect((await exchange(target(), withName)).status).to.equal(401);
  });

  it('do not make anybody an administrator: what a role may not do is refused by name', async () => {
    const bob = await Caller.open(target(), { key: BOB });
    for (const [method, params] of [
      ['keys/create', { name: 'x', role: 'admin' }],
      ['keys/list', {}],
      ['keys/revoke', { kid: 'abcdefgh' }],
      ['keys/rotate', { kid: 'abcdefgh' }],
      ['audit/query', {}],
      ['audit/verify', {}],
    ] as const) {
      expect((await bob.ask(method, params)).error.code, method).to.equal(4030);
    }
    const eve = await Caller.open(target(), { key: VIEWER });
    expect((await eve.call('diagnostics_echo')).error.code).to.equal(4032);
    const { result } = await eve.ask<{ tools: { name: string }[] }>('tools/list');
    expect(result.tools.map(({ name }) => name)).to.not.include('diagnostics_echo');
    // A token that carries less than its role cannot get back what it lacks.
    const lesser = await Caller.open(target(), { key: tokenWith({ role: 'admin', scope: 'tools:read' }) });
    expect((await lesser.ask('keys/create', { name: 'x', role: 'admin' })).error.code).to.equal(4030);
    expect((await lesser.call('diagnostics_echo')).error.code).to.be.oneOf([4030, 4032]);
    for (const caller of [bob, eve, lesser]) caller.cut();
  });

  it('are never the same as the secrets behind them', async () => {
    for (const secret of [TOKEN_SECRET, HMAC_SECRET]) {
      for (const door of Object.values(DOORS)) {
        expect((await door(target(), bearer(secret, 'apiKey'))).code).to.equal(4010);
      }
    }
  });
});
