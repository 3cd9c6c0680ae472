import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { httpDoor } from '../../src/doors/http.ts';
import { bearerChallenge } from '../../src/doors/perimeter/challenge.ts';
import { Perimeter } from '../../src/doors/perimeter/perimeter.ts';
import type { Health } from '../../src/health.ts';
import { metricsRoutes } from '../../src/observation/metrics-route.ts';
import { DEFAULT_ROLES } from '../../src/policy/default-roles.ts';
import { load } from '../config/loaded.ts';
import { policyOf } from '../policy/policy-of.ts';
import { HERE, identityOf } from '../session/talk.ts';
import { watchedGateways } from './watched-gateway.ts';

const TOKEN = 'metrics-token-with-more-than-32-characters';
const ELSEWHERE = '192.0.2.7';

describe('who may read /metrics', () => {
  let app: FastifyInstance | undefined;
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  /** Answers the status, or the name of the refusal. Credentials are names of roles. */
  async function opened(metrics: string) {
    const door = httpDoor({
      ...{ log: pino({ level: 'silent' }), nextRequestId: () => 'req_1', challenge: bearerChallenge() },
      ...{ health: () => ({ status: 'ok', version: '1' }) as Health, tls: undefined, handshakeTimeoutMs: 8_000 },
      perimeter: new Perimeter({
        ...{ boundTo: '127.0.0.1', allowedHosts: ['gate.test'], allowedOrigins: [], requireOrigin: false },
      }),
    });
    app = door;
    const routes = metricsRoutes(load(`[metrics]\n${metrics}\n`).config, {
      monitor: { scrape: async () => ({ headers: { 'content-type': 'text/plain' }, body: Buffer.from('m 1\n') }) },
      policy: policyOf(DEFAULT_ROLES),
      factsOf: ({ socket }) => ({ ...HERE, address: socket.remoteAddress ?? '::' }),
      identify: ({ headers: { authorization } }) => {
        const role = authorization?.replace(/^Bearer /, '');
        if (role === undefined) return undefined;
        if (Object.hasOwn(DEFAULT_ROLES, role)) return identityOf({ id: `key:${role}`, role, scopes: [] });
        throw new CallError('UNAUTHENTICATED', 'wrong');
      },
    });
    for (const route of routes) await door.register(route);
    return async (remoteAddress: string, headers: Record<string, string> = {}): Promise<number | string> => {
      const answer = await door.inject({ url: '/metrics', remoteAddress, headers: { host: 'gate.test', ...headers } });
      if (answer.statusCode === 200) expect(answer.body).to.equal('m 1\n');
      return answer.statusCode === 200 ? 200 : answer.json().error.data.name;
    };
  }
  const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });

  it('is whoever asks from this machine, and elsewhere who has the right to metrics/snapshot', async () => {
    const get = await opened('');
    for (const address of ['127.0.0.1', '127.0.0.9', '::1']) expect(await get(address), address).to.equal(200);
    expect(await get(ELSEWHERE)).to.equal('UNAUTHENTICATED');
    for (const role of ['admin', 'dev']) expect(await get(ELSEWHERE, bearer(role)), role).to.equal(200);
    for (const role of ['viewer', 'user', 'worker', 'artist', 'read_only']) {
      expect(await get(ELSEWHERE, bearer(role)), role).to.equal('FORBIDDEN');
    }
    expect(await get(ELSEWHERE, bearer('nonsense'))).to.equal('UNAUTHENTICATED');
  });

  it('is nobody on this machine who only passes on what others ask, and no page', async () => {
    const get = await opened('');
    for (const headers of [
      { 'x-forwarded-for': ELSEWHERE },
      { 'x-forwarded-for': '127.0.0.1' },
      { 'x-forwarded-for': '' },
      { forwarded: `for=${ELSEWHERE}` },
      { 'x-real-ip': ELSEWHERE },
      { 'x-forwarded-proto': 'https' },
      { via: '1.1 proxy' },
      { 'cf-connecting-ip': ELSEWHERE },
      { origin: 'http://gate.test' },
    ]) {
      expect(await get('127.0.0.1', headers), JSON.stringify(headers)).to.equal('UNAUTHENTICATED');
      expect(await get('127.0.0.1', { ...headers, ...bearer('admin') }), JSON.stringify(headers)).to.equal(200);
    }
  });

  it('is whoever shows the token, and then nobody on this machine who does not', async () => {
    const get = await opened(`token = "${TOKEN}"`);
    for (const address of ['127.0.0.1', ELSEWHERE]) {
      expect(await get(address, bearer(TOKEN)), address).to.equal(200);
      expect(await get(address), address).to.equal('UNAUTHENTICATED');
      expect(await get(address, bearer(`${TOKEN}x`)), address).to.equal('UNAUTHENTICATED');
      expect(await get(address, { authorization: TOKEN }), address).to.equal('UNAUTHENTICATED');
      expect(await get(address, bearer('dev')), address).to.equal(200);
      expect(await get(address, bearer('viewer')), address).to.equal('FORBIDDEN');
    }
  });

  it('is everybody, or nobody without a credential, where the settings say so', async () => {
    const always = await opened('anyone = "always"');
    expect(await always(ELSEWHERE, { 'x-forwarded-for': ELSEWHERE })).to.equal(200);
    await app?.close();
    const never = await opened('anyone = "never"');
    expect(await never('127.0.0.1')).to.equal('UNAUTHENTICATED');
    expect(await never('127.0.0.1', bearer('admin'))).to.equal(200);
  });

  it('is nobody where there is no such page', async () => {
    const get = await opened('endpoint = false');
    expect(await get('127.0.0.1')).to.equal('NOT_FOUND');
  });
});

describe('/metrics of a gateway', () => {
  const open = watchedGateways();
  const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
  const PROTOBUF = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

  it('is a page in the format the asker likes best, which nobody keeps', async () => {
    const { gateway } = await open();
    const get = (accept?: string): Promise<Response> =>
      fetch(`${gateway.httpUrl}/metrics`, { headers: accept === undefined ? {} : { accept } });
    const text = await get('text/plain');
    expect(text.status).to.equal(200);
    expect(text.headers.get('content-type')).to.equal('text/plain; version=0.0.4; charset=utf-8');
    expect(text.headers.get('cache-control')).to.equal('no-store');
    expect(text.headers.get('vary')).to.include('Accept').and.include('Accept-Encoding');
    expect(await text.text())
      .to.include('# TYPE mcp_connections_active gauge\nmcp_connections_active{transport="websocket"} 0\n')
      .and.include('mcp_build_info{');
    const open1 = await get(OPEN_METRICS);
    expect(open1.headers.get('content-type')).to.match(/^application\/openmetrics-text; version=1\.0\.0/);
    expect(await open1.text()).to.match(/# EOF\n$/);
    const protobuf = await get(`${PROTOBUF}, ${OPEN_METRICS};q=0.8, text/plain;q=0.5`);
    expect(protobuf.headers.get('content-type')).to.match(/^application\/vnd\.google\.protobuf/);
    expect((await protobuf.arrayBuffer()).byteLength).to.be.greaterThan(1_000);
    expect((await get()).headers.get('content-type'), 'of who says nothing').to.match(/^text\/plain/);
  });

  it('is packed for who takes that, and its head alone for who asks for no more', async () => {
    const { gateway } = await open();
    const url = `${gateway.httpUrl}/metrics`;
    const packed = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers.get('content-encoding')).to.equal('gzip');
    expect(await packed.text(), 'unpacked by fetch').to.include('mcp_build_info');
    const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).to.equal(null);
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.status).to.equal(200);
    expect(head.headers.get('content-type')).to.match(/^text\/plain/);
    expect(await head.text()).to.equal('');
  });

  it('is not there where nobody wants it, and its twin still is', async () => {
    const { gateway, as } = await open('[metrics]\nendpoint = false\n');
    expect((await fetch(`${gateway.httpUrl}/metrics`)).status).to.equal(404);
    expect((await as('dev').ask('metrics/snapshot')).result).to.have.property('metrics');
  });

  it('opens to the same as the list of whom else to scrape', async () => {
    const { gateway, keyOf } = await open(`[metrics]\ntoken = "${TOKEN}"\n`);
    const statuses = (headers: Record<string, string>): Promise<number[]> =>
      Promise.all(
        ['/metrics', '/v1/sd/prometheus'].map(async (path) => {
          const answer = await fetch(`${gateway.httpUrl}${path}`, { headers });
          await answer.arrayBuffer();
          return answer.status;
        }),
      );
    expect(await statuses({})).to.deep.equal([401, 401]);
    expect(await statuses({ authorization: `Bearer ${TOKEN}` })).to.deep.equal([200, 200]);
    expect(await statuses({ 'x-api-key': keyOf('dev') })).to.deep.equal([200, 200]);
    expect(await statuses({ 'x-api-key': keyOf('viewer') })).to.deep.equal([403, 403]);
  });

  it('takes nothing but questions', async () => {
    const { gateway, keyOf } = await open();
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const headers = { authorization: `Bearer ${keyOf('admin')}`, 'content-type': 'application/json' };
      const answer = await fetch(`${gateway.httpUrl}/metrics`, { method, headers, body: '{}' });
      expect(answer.status, method).to.equal(404);
    }
  });

  it('asks for the credentials of the gateway, and says which when there are none', async () => {
    const { gateway, keyOf } = await open('[metrics]\nanyone = "never"\n');
    const get = async (headers: Record<string, string> = {}): Promise<[number, string | null]> => {
      const answer = await fetch(`${gateway.httpUrl}/metrics`, { headers });
      await answer.arrayBuffer();
      return [answer.status, answer.headers.get('www-authenticate')];
    };
    expect(await get()).to.deep.equal([401, 'Bearer realm="callsheet"']);
    expect(await get({ authorization: `Bearer ${keyOf('dev')}` })).to.deep.equal([200, null]);
    expect(await get({ 'x-api-key': keyOf('admin') })).to.deep.equal([200, null]);
    expect((await get({ 'x-api-key': keyOf('viewer') }))[0]).to.equal(403);
    expect((await get({ 'x-api-key': 'wrong' }))[0]).to.equal(401);
  });

  it('shows what the gateway did since the start, and who shows what', async () => {
    const { gateway, as } = await open();
    const admin = as('admin');
    await admin.ask('ping');
    await admin.ask('no/such');
    const page = await (await fetch(`${gateway.httpUrl}/metrics`)).text();
    expect(page).to.match(/^mcp_connections_active\{transport="websocket"\} 1$/m);
    expect(page).to.match(/^mcp_operations_success_total\{method="ping",transport="websocket"\} 1$/m);
    expect(page).to.match(/^mcp_operations_error_total\{method="other",transport="websocket",code="-32601"\} 1$/m);
    expect(page).to.match(/^mcp_auth_attempts_total\{scheme="api_key",outcome="ok"\} 1$/m);
    expect(page).to.match(/^mcp_messages_sent_total\{kind="response"\} 2$/m);
    expect(page).to.match(/^mcp_service_instances\{service="this gateway",state="up"\} 1$/m);
  });
});
