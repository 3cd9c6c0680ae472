import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthError, ConnectionError, type Credentials } from '@callsheet/sdk-core';
import { expect } from 'chai';
import { rejection } from '../../sdk-core/test/conversation.ts';
import { forge } from '../../server/test/auth/tokens/forge.ts';
import { type Command, command } from '../../server/test/gateway/running.ts';
import { authorizer } from '../src/authorization.ts';
import { connect, createClient, type NodeClient } from '../src/index.ts';

const TOKEN_SECRET = 'a-secret-others-sign-tokens-with-000';
const FARM = { type: 'hmac', clientId: 'farm', secret: 'a-secret-of-the-render-farm-000000' } as const;
const CONFIG = `
[auth]
admin_key = "admin-key-with-enough-characters"
hmac_clients.farm = { secret = "${FARM.secret}", role = "user" }
jwt_keys.others = { alg = "HS256", secret = "${TOKEN_SECRET}" }
[tools]
diagnostics = true
[log]
level = "warn"
`;

/** A token of somebody the gateway trusts, good for so many seconds. */
function tokenFor(sub: string, seconds: number): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: 'callsheet', aud: 'callsheet', sub, jti: randomUUID(), role: 'user', iat, exp: iat + seconds };
  return forge({ typ: 'JWT', alg: 'HS256', kid: 'others' }, claims, TOKEN_SECRET);
}

describe('credentials at a gateway in a process of its own', () => {
  let folder: string;
  let gateway: Command;
  let url: string;
  let httpUrl: string;
  let client: NodeClient | undefined;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'callsheet-test-'));
    const file = join(folder, 'callsheet.toml');
    await writeFile(file, CONFIG);
    gateway = command(['start', '--config', file, '--port', '0', '--data-dir', join(folder, 'data')]);
    [, url = ''] = await gateway.says(/WebSocket {2}(ws:\/\/\S+)/);
    httpUrl = url.replace(/^ws/, 'http').replace('/rpc', '');
  });
  afterEach(() => client?.close());
  after(async () => {
    gateway.child.kill();
    await gateway.exit;
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a session and says who the gateway takes us for. What is signed in the second of the start, it asks for again. */
  const principalOf = async (auth: Credentials): Promise<string> => {
    for (;;) {
      try {
        client = await connect({ url, auth }, {});
        return (await client.connect()).principal.id;
      } catch (error) {
        if (!ConnectionError.is(error) || error.closeCode !== 1013) throw error;
      }
    }
  };
  const echo = (): Promise<unknown> | undefined => client?.call('diagnostics_echo', { value: 7 });

  it('are a token, asked for at the dial', async () => {
    const reasons: string[] = [];
    const token = async ({ reason }: { reason: string }): Promise<string> => {
      reasons.push(reason);
      return tokenFor('ada', 900);
    };
    expect(await principalOf({ type: 'jwt', token })).to.match(/^user:.*ada$/);
    expect(reasons).to.deep.equal(['connect']);
    expect(await echo()).to.deep.equal({ value: 7 });
  });

  it('are a signature of the upgrade, and of every request beside it', async () => {
    expect(await principalOf(FARM)).to.equal('client:farm');
    expect(await echo()).to.deep.equal({ value: 7 });
    const authorize = authorizer(FARM);
    const tickets = `${httpUrl}/v1/session/ticket`;
    const ask = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${tickets}?for=%22me%22`, { method: 'POST', headers })).status;
    const headers = await authorize({ url: `${tickets}?for=%22me%22`, method: 'POST' });
    expect(await ask(headers), 'once').to.equal(200);
    expect(await ask(headers), 'a copy').to.equal(401);
    expect(await ask(await authorize({ url: tickets, method: 'POST' })), 'of another query').to.equal(401);
    const wrong = await rejection(connect({ url, auth: { ...FARM, secret: 'another-secret' } }, {}));
    expect(wrong).to.be.instanceOf(AuthError).and.include({ code: 'AUTH', retryable: false });
  });

  it('are a ticket, shown inside the opening although the platform has headers, and once', async () => {
    const body = JSON.stringify({ for: 'a page' });
    const bodySha256 = createHash('sha256').update(body).digest('hex');
    const address = `${httpUrl}/v1/session/ticket`;
    await principalOf(FARM);
    await client?.close();
    const signed = await authorizer(FARM)({ url: address, method: 'POST', bodySha256 });
    const headers = { ...signed, 'content-type': 'application/json' };
    const answer = await fetch(address, { method: 'POST', body, headers });
    const { ticket } = (await answer.json()) as { ticket: string };
    expect(await principalOf({ type: 'ticket', ticket: async () => ticket })).to.equal('client:farm');
    expect(await echo()).to.deep.equal({ value: 7 });
    const again = await rejection(connect({ url, auth: { type: 'ticket', ticket: () => ticket } }, {}));
    expect(again).to.be.instanceOf(AuthError).and.include({ wireName: 'UNAUTHENTICATED' });
  });

  it('are asked for again when the function failed, until it does not', async () => {
    let asked = 0;
    const token = async (): Promise<string> => {
      asked++;
      if (asked < 3) throw new Error('the token service is down');
      return tokenFor('ada', 900);
    };
    client = createClient({ url, auth: { type: 'jwt', token }, reconnect: { firstDelayMs: 1, baseMs: 1 } }, {});
    expect(await echo()).to.deep.equal({ value: 7 });
    expect(asked).to.equal(3);
  });

  it('are replaced by themselves before they end, on the same connection', async () => {
    const reasons: string[] = [];
    let twice: () => void = () => undefined;
    const replaced = new Promise<void>((resolve) => {
      twice = resolve;
    });
    const token = ({ reason }: { reason: string }): string => {
      if (reasons.push(reason) === 3) twice();
      return tokenFor('ada', 3);
    };
    client = await connect({ url, auth: { type: 'jwt', token } }, {});
    let disconnects = 0;
    client.on('disconnect', () => disconnects++);
    const { id } = await client.connect();
    await replaced;
    expect(await echo()).to.deep.equal({ value: 7 });
    expect((await client.connect()).id).to.equal(id);
    expect([reasons, disconnects]).to.deep.equal([['connect', 'expiring', 'expiring'], 0]);
  });

  it('may be replaced by hand, by those of the same caller', async () => {
    await principalOf({ type: 'jwt', token: tokenFor('ada', 60) });
    const token = tokenFor('ada', 600);
    const answer = await client?.request<{ expiresAt: string }>('session/refresh', { auth: { type: 'jwt', token } });
    expect(Date.parse(answer?.expiresAt ?? '') - Date.now()).to.be.above(500_000);
    const other = { type: 'jwt', token: tokenFor('eve', 600) };
    expect(await rejection(Promise.resolve(client?.request('session/refresh', { auth: other })))).to.be.an('error');
    expect(await echo()).to.deep.equal({ value: 7 });
  });
});
