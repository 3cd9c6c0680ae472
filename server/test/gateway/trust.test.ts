import { createSecretKey } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { resultDigest, verifyAudit } from '@callsheet/monitoring';
import type { JsonObject } from '@callsheet/protocol';
import { type Gateway, startGateway } from '@callsheet/server';
import { expect } from 'chai';
import { signRequest } from '../../src/auth/hmac/sign.ts';
import { main } from '../../src/main.ts';
import { fakeTerminal } from '../commands/fake-terminal.ts';
import { Peer } from '../doors/gateway-socket.ts';
import { Authority, whyNoCertificates } from '../doors/tls/certificates.ts';
import { useTempDir } from '../temp-dir.ts';
import { command } from './running.ts';

const ADMIN = 'admin-key-with-enough-characters';
const FARM = { id: 'farm', secret: 'a-secret-of-the-render-farm-000000' };

interface Answer {
  readonly result: JsonObject;
  readonly error: { code: number; data: JsonObject };
}

/** Asks one thing after the other; notifications are passed over. */
function asking(peer: Peer) {
  let id = 0;
  return async (method: string, params: object = {}): Promise<Answer> => {
    let answer = (await peer.say({ jsonrpc: '2.0', id: ++id, method, params })) as { id?: number };
    while (answer.id !== id) answer = (await peer.hear()) as { id?: number };
    return answer as unknown as Answer;
  };
}

describe('a gateway and trust', () => {
  let gateway: Gateway | undefined;
  // Before the folder goes.
  afterEach(async () => {
    await gateway?.close();
    gateway = undefined;
  });
  const folder = useTempDir();

  async function serve(settings: Parameters<typeof startGateway>[0] = {}): Promise<Gateway> {
    gateway = await startGateway({
      ollama: { detect: false },
      log: { level: 'silent' },
      tools: { diagnostics: true },
      ...settings,
      server: { port: 0, data_dir: folder(), ...settings.server },
      auth: { admin_key: ADMIN, ...settings.auth },
    });
    return gateway;
  }
  const withHeader = (url: string, authorization: string, more: object = {}): Peer =>
    new Peer(url, { headers: { authorization, ...more } });
  const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${gateway?.httpUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  it('lets somebody in by password, by the token of it, and by the ticket of that; and out again for good', async () => {
    const { url } = await serve();
    const terminal = fakeTerminal(['users', 'create', 'ada', '--password-stdin', '--data-dir', folder()]);
    expect(await main({ ...terminal, stdin: Readable.from(['correct horse battery\n']) })).to.equal(0);
    const wrong = await post('/api/auth/login', { username: 'ada', password: 'correct horse batteri' });
    expect([wrong.status, await wrong.json()]).to.deep.include(401);
    const login = (await (
      await post('/api/auth/login', { username: 'ada', password: 'correct horse battery' })
    ).json()) as Record<string, string>;
    expect(login).to.include({ expires_in: 900 }).and.have.nested.property('user.username', 'ada');

    const byToken = asking(withHeader(url, `Bearer ${login.token}`));
    const opened = await byToken('session/open', {});
    expect(opened.result).to.have.property('expiresAt');
    expect((await byToken('keys/list')).error.code).to.equal(4030);

    const origin = new URL(gateway?.httpUrl ?? '').origin;
    const asked = await post('/v1/session/ticket', {}, { authorization: `Bearer ${login.token}`, origin });
    const { ticket } = (await asked.json()) as { ticket: string };
    const page = new Peer(url, { headers: { origin } });
    const byTicket = asking(page);
    const session = await byTicket('session/open', { auth: { type: 'ticket', ticket } });
    expect(session.result.principal).to.deep.equal(opened.result.principal);
    const again = new Peer(url, { headers: { origin } });
    expect((await asking(again)('session/open', { auth: { type: 'ticket', ticket } })).error.code).to.equal(4010);

    const refreshed = await post('/api/auth/refresh', { refresh_token: login.refresh_token });
    expect(refreshed.status).to.equal(200);
    // Used twice: whoever has the other copy stole it, and everything of this login ends.
    expect((await post('/api/auth/refresh', { refresh_token: login.refresh_token })).status).to.equal(401);
    expect((await page.closed).code).to.equal(4401);
  });

  it('takes signed requests, each once, on both doors', async () => {
    const { url, httpUrl } = await serve({
      auth: { admin_key: ADMIN, hmac_clients: { [FARM.id]: { secret: FARM.secret, role: 'user' } } },
    });
    // Signed a little later than it was started: what was signed before a start may have been taken before it.
    const now = (): number => Date.now() + 2_000;
    const { authorization } = signRequest(FARM, { url }, { now });
    const peer = withHeader(url, authorization);
    expect((await asking(peer)('session/open')).result.principal).to.deep.include({ id: 'client:farm' });
    const copy = withHeader(url, authorization);
    await copy.opened.then(
      () => expect.fail('a copy was taken'),
      (error: Error) => expect(error.message).to.include('401'),
    );
    const body = JSON.stringify({ n: 1 });
    const ticketUrl = `${httpUrl}/v1/session/ticket`;
    const signed = signRequest(FARM, { method: 'POST', url: ticketUrl, body }, { now }).authorization;
    const send = (text: string): Promise<Response> =>
      fetch(ticketUrl, {
        method: 'POST',
        headers: { authorization: signed, 'content-type': 'application/json' },
        body: text,
      });
    expect((await send('{"n":2}')).status, 'another body').to.equal(401);
    expect((await send(body)).status).to.equal(200);
    expect((await send(body)).status, 'a copy').to.equal(401);
  });

  it('makes, rotates and revokes keys over the wire, and their sessions follow at once', async () => {
    const { url } = await serve();
    const admin = asking(withHeader(url, `Bearer ${ADMIN}`));
    const made = (await admin('keys/create', { role: 'user', name: 'eve', allowedOrigins: ['https://app.example'] }))
      .result;
    const { kid } = made.record as { kid: string };
    const eve = withHeader(url, `Bearer ${made.key}`);
    const first = await asking(eve)('session/open');
    const { result: rotated } = await admin('keys/rotate', { kid });
    const next = await asking(withHeader(url, `Bearer ${rotated.key}`))('session/open');
    expect(next.result.principal).to.deep.equal(first.result.principal);
    const warned = await asking(withHeader(url, `Bearer ${made.key}`))('session/open');
    expect(warned.result.warning).to.match(/^This key stops working at /);
    await admin('keys/revoke', { kid });
    expect((await eve.closed).code).to.equal(4401);
    await withHeader(url, `Bearer ${made.key}`).opened.then(
      () => expect.fail('a revoked key was taken'),
      (error: Error) => expect(error.message).to.include('401'),
    );
  });

  it('changes its policy while it serves, and keeps the old one when the new one is wrong', async () => {
    const file = join(folder(), 'policy.yaml');
    const write = (text: string): Promise<void> => writeFile(file, `version: 1\n${text}`);
    await write('roles: { painter: { allow: [diagnostics_echo] } }\n');
    const { url } = await serve({
      policy: { file },
      auth: { admin_key: ADMIN, api_keys: { eve: { key: 'key-of-eve-the-painter', role: 'painter' } } },
    });
    const peer = withHeader(url, 'Bearer key-of-eve-the-painter');
    const eve = asking(peer);
    const echo = { name: 'diagnostics_echo', arguments: { value: 1 } };
    expect((await eve('tools/call', echo)).result).to.deep.equal({ structuredContent: { value: 1 } });
    await write('roles: { painter: { allow: [], colour: red } }\n');
    await write('roles: { painter: { allow: ["list_*"] } }\nlimits: { painter: { rate: "1/60s" } }\n');
    const changed = (await peer.hear()) as { method: string };
    expect(changed.method).to.equal('tools/list_changed');
    expect((await eve('tools/call', echo)).error.code).to.equal(4032);
    expect((await eve('tools/call', { name: 'list_voices', arguments: {} })).result).to.have.property(
      'structuredContent',
    );
    const hasty = await eve('tools/call', { name: 'list_voices', arguments: {} });
    expect(hasty.error).to.include({ code: 4290 });
    expect(hasty.error.data.retryAfterMs).to.be.within(1, 60_000);
  });

  it('lets nothing change when it may not, and signs what does change when it may', async () => {
    const { url } = await serve({ policy: { allow_write: false } });
    const careful = asking(withHeader(url, `Bearer ${ADMIN}`));
    const music = { name: 'generate_music', arguments: { mood: 'calm', duration: 5 } };
    for (const method of ['tools/call', 'jobs/submit']) {
      expect((await careful(method, music)).error.code, method).to.equal(4032);
    }
    const plan = await careful('jobs/submit', { ...music, _meta: { dryRun: true } });
    expect(plan.result).to.have.property('jobId');
    const { security, ...job } = plan.result as { security: JsonObject };
    expect(security.auditSig).to.match(/^[\w-]{43}$/);
    const { lines } = (await careful('audit/query', { action: 'jobs/submit' })).result as unknown as {
      lines: { decision: string; details: JsonObject }[];
    };
    // Refusals are held for a moment, to be counted.
    expect(lines.map(({ decision }) => decision)).to.have.members(['allowed', 'refused']);
    expect(lines.find(({ decision }) => decision === 'allowed')?.details).to.include({
      dryRun: true,
      result: resultDigest(JSON.stringify(job)),
      answer: `${security.serverTs} ${security.nonce} ${security.auditSig}`,
    });
    expect((await careful('audit/verify')).result).to.include({ ok: true });
  });

  it('leaves a trail that is whole after it went down', async () => {
    const { url } = await serve({ audit: { secret: 'a-secret-for-the-audit-trail-0000' } });
    await withHeader(url, 'Bearer wrong').opened.catch(() => {});
    await gateway?.close();
    const key = createSecretKey(Buffer.from('a-secret-for-the-audit-trail-0000'));
    expect(await verifyAudit({ folder: join(folder(), 'audit'), key })).to.deep.include({ ok: true, lines: 3 });
  });

  it('leaves nothing behind when it cannot start: no key nobody saw, no lock, nothing that keeps it alive', async () => {
    const { port } = new URL((await serve()).httpUrl);
    const other = join(folder(), 'other');
    const child = command(['start', '--data-dir', other, '--port', port]);
    expect(await child.exit).to.equal(1);
    expect(child.output().stderr).to.include('EADDRINUSE');
    const unusable = command(['start', '--data-dir', other, '--port', '0'], {
      CALLSHEET_SERVER_TLS_CERT: '/nowhere.pem',
      CALLSHEET_SERVER_TLS_KEY: '/nowhere.key',
    });
    expect(await unusable.exit).to.equal(1);
    expect(unusable.output().stderr).to.include('/nowhere.pem');
    const better = command(['start', '--data-dir', other, '--port', '0']);
    const [key] = await better.says(/csk_live_\w+/);
    const [url] = await better.says(/ws:\S+/);
    expect((await asking(withHeader(url, `Bearer ${key}`))('session/open')).result).to.have.property('sessionId');
    better.child.kill();
    expect(await better.exit).to.equal(0);
  });

  it('serves over TLS, and knows a client by its certificate', async function () {
    const missing = whyNoCertificates();
    if (missing !== undefined) {
      console.log(`      skipped: ${missing}`);
      this.skip();
    }
    const authority = new Authority(folder());
    const server = authority.issue('server', ['IP:127.0.0.1', 'DNS:localhost']);
    const box = authority.issue('box', ['URI:spiffe://studio/render-box']);
    const { url, httpUrl } = await serve({
      server: {
        tls_cert: server.certFile,
        tls_key: server.keyFile,
        tls_ca: authority.root.certFile,
        tls_client_certificates: 'accept',
      },
      auth: { admin_key: ADMIN, certificates: { box: { san: 'URI:spiffe://studio/render-box', role: 'viewer' } } },
    });
    expect(url).to.match(/^wss:/);
    const ca = authority.root.cert;
    const stranger = new Peer(url, { ca });
    expect(
      (await asking(stranger)('session/open', { auth: { type: 'apiKey', apiKey: ADMIN } })).result,
    ).to.have.property('sessionId');
    const known = new Peer(url, { ca, cert: box.cert, key: box.key });
    expect((await asking(known)('session/open')).result.principal).to.deep.include({ id: 'cert:box', role: 'viewer' });
    const request = get(`${httpUrl}/health/live`, { ca, agent: false });
    const [response] = await once(request, 'response');
    expect(response.statusCode).to.equal(200);
    expect(response.headers).to.not.have.property('strict-transport-security');
    response.resume();
    await once(response, 'end');
    await Promise.all([stranger.leave(), known.leave()]);
  });

  it('stops telling what somebody may no longer hear, in the middle of a subscription', async () => {
    const file = join(folder(), 'policy.yaml');
    await writeFile(file, 'version: 1\nroles: { boss: { allow: ["*", "others/*"] } }\n');
    const { url } = await serve({
      policy: { file },
      auth: { admin_key: ADMIN, api_keys: { boss: { key: 'key-of-the-boss-of-all', role: 'boss' } } },
    });
    const admin = asking(withHeader(url, `Bearer ${ADMIN}`));
    const sleep = { name: 'diagnostics_sleep', arguments: { ms: 60_000 } };
    const { jobId } = (await admin('jobs/submit', sleep)).result;
    const peer = withHeader(url, 'Bearer key-of-the-boss-of-all');
    const boss = asking(peer);
    expect((await boss('events/subscribe', { topic: `jobs/${jobId}` })).result).to.have.property('subscription');
    await writeFile(file, 'version: 1\nroles: { boss: { allow: ["*"] } }\n');
    let heard: { method?: string } = {};
    while (heard.method !== 'tools/list_changed') heard = (await peer.hear()) as { method?: string };
    await admin('jobs/cancel', { jobId });
    // Whatever was to come has come before the answer to a later question.
    const { result } = await boss('ping');
    expect(result).to.deep.equal({});
    expect((await boss('jobs/get', { jobId })).error.code).to.equal(4040);
  });

  it('refuses what a stranger must not find out or do: hosts, origins, keys in the URL', async () => {
    const { url, httpUrl } = await serve({ server: { allowed_origins: ['https://app.example'] } });
    const upgrade = (target: string, headers: Record<string, string>): Promise<string> =>
      new Peer(target, { headers }).opened.then(
        () => '101',
        (error: Error) => /\d{3}/.exec(error.message)?.[0] ?? error.message,
      );
    const key = { authorization: `Bearer ${ADMIN}` };
    expect(await upgrade(url, { ...key, origin: 'https://app.example' })).to.equal('101');
    for (const origin of ['https://evil.example', 'null', 'https://app.example.evil', 'http://app.example']) {
      expect(await upgrade(url, { ...key, origin }), origin).to.equal('403');
      expect((await fetch(`${httpUrl}/health`, { headers: { origin } })).status, origin).to.equal(403);
    }
    expect(await upgrade(url, { ...key, host: 'evil.example' })).to.equal('403');
    expect(await upgrade(`${url}?access_token=${ADMIN}`, {})).to.equal('401');
  });
});
