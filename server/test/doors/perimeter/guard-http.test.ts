import { expect } from 'chai';
import fastify, { type FastifyInstance, type InjectOptions, type LightMyRequestResponse } from 'fastify';
import { guardHttp } from '../../../src/doors/perimeter/guard-http.ts';
import { Perimeter, type PerimeterSettings } from '../../../src/doors/perimeter/perimeter.ts';
import { requireJson } from '../../../src/doors/perimeter/require-json.ts';
import { refuse } from '../../../src/doors/refusal.ts';

const PAGE = 'https://app.example.com';
const EVIL = { origin: 'https://evil.example' };
const PREFLIGHT = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };

describe('the guard of the HTTP doors', () => {
  let app: FastifyInstance;
  let done: string[];

  const open = (settings: Partial<PerimeterSettings> = {}): void => {
    done = [];
    app = fastify();
    app.setErrorHandler((error, request, reply) => refuse(request, reply, error));
    const base = { boundTo: '127.0.0.1', allowedHosts: [], allowedOrigins: [PAGE], requireOrigin: false };
    guardHttp(app, new Perimeter({ ...base, ...settings }));
    app.get('/v1/tools', async () => 'tools');
    app.get('/health', async () => 'well');
    app.get('/assets/a.png', async () => 'picture');
    app.post('/v1/call', { onRequest: requireJson }, async (request) => {
      done.push(JSON.stringify(request.body));
      return 'called';
    });
  };
  const ask = (
    url: string,
    headers: Record<string, string> = {},
    more: InjectOptions = {},
  ): Promise<LightMyRequestResponse> => app.inject({ url, headers: { host: '127.0.0.1:8081', ...headers }, ...more });
  const post = (headers: Record<string, string>, payload = '{}'): Promise<LightMyRequestResponse> =>
    ask('/v1/call', headers, { method: 'POST', payload });

  beforeEach(() => open());
  afterEach(() => app.close());

  it('lets programs through and gives them no permissions for pages', async () => {
    const { statusCode, headers } = await ask('/v1/tools');
    expect(statusCode).to.equal(200);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).to.deep.equal([]);
    expect(headers.vary).to.equal('Origin');
  });

  it('lets an allowed page call and read, errors included, and never with cookies', async () => {
    for (const answer of [
      await post({ origin: PAGE, 'content-type': 'application/json' }),
      await ask('/v1/nothing', { origin: PAGE }),
      await ask('/v1/tools?token=x', { origin: PAGE }),
      await ask('/v1/nothing', { origin: 'http://127.0.0.1:8081' }),
    ]) {
      expect(answer.headers['access-control-allow-origin']).to.be.oneOf([PAGE, 'http://127.0.0.1:8081']);
      expect(answer.headers).not.to.have.property('access-control-allow-credentials');
      expect(answer.headers.vary).to.equal('Origin');
    }
    expect(done).to.have.length(1);
  });

  it('answers the preflight of an allowed page, also where no route is', async () => {
    for (const url of ['/v1/call', '/api/anything', '/assets/a.png']) {
      const { statusCode, headers, payload } = await ask(url, { origin: PAGE, ...PREFLIGHT }, { method: 'OPTIONS' });
      expect([statusCode, payload]).to.deep.equal([204, '']);
      expect(headers['access-control-allow-origin']).to.equal(PAGE);
      expect(headers['access-control-allow-methods']).to.include('POST');
      expect(headers['access-control-allow-headers']).to.include('Authorization').and.include('X-API-Key');
      expect(headers['access-control-max-age']).to.equal('600');
      expect(headers.vary).to.include('Origin').and.include('Access-Control-Request-Headers');
      expect(headers).not.to.have.property('access-control-allow-credentials');
    }
  });

  it('refuses the preflight and the request of a foreign page before anything happens', async () => {
    for (const answer of [
      await ask('/v1/call', { ...EVIL, ...PREFLIGHT }, { method: 'OPTIONS' }),
      await post({ ...EVIL, 'content-type': 'application/json' }),
      await post({ origin: 'null', 'content-type': 'application/json' }),
      await ask('/health', EVIL),
    ]) {
      expect(answer.statusCode).to.equal(403);
      expect(answer.json().error.data.name).to.equal('ORIGIN_NOT_ALLOWED');
      expect(answer.headers).not.to.have.property('access-control-allow-origin');
    }
    expect(done).to.deep.equal([]);
  });

  it('refuses a foreign Host on every path, known or not', async () => {
    for (const url of ['/v1/tools', '/health', '/nowhere']) {
      const { statusCode, payload } = await ask(url, { host: 'evil.example:8081' });
      expect(statusCode).to.equal(403);
      expect(JSON.parse(payload).error.message).to.include('server.allowed_hosts');
    }
  });

  it('refuses a page whose name was pointed at this machine, wherever the gateway listens', async () => {
    await app.close();
    open({ boundTo: '0.0.0.0' });
    const rebound = { host: 'rebound.example:8081', origin: 'http://rebound.example:8081' };
    expect((await ask('/v1/tools', rebound)).statusCode).to.equal(403);
    const own = { host: '10.0.0.3:8081', origin: 'http://10.0.0.3:8081' };
    expect((await ask('/v1/tools', own)).statusCode).to.equal(200);
  });

  it('admits pages of the public URL, also behind a proxy that ends TLS', async () => {
    await app.close();
    open({ publicUrl: 'https://gate.example/calls' });
    const { statusCode } = await ask('/v1/tools', { host: 'gate.example', origin: 'https://gate.example' });
    expect(statusCode).to.equal(200);
  });

  it('refuses a credential in the URL with 401, and says how to send it', async () => {
    const { statusCode, headers, payload } = await ask('/v1/tools?api_key=hidden');
    expect(statusCode).to.equal(401);
    expect(headers['www-authenticate']).to.equal('Bearer realm="callsheet"');
    expect(payload).to.include('Authorization').and.not.include('hidden');
  });

  it('where only pages may connect, still answers probes and navigation, which name no origin', async () => {
    await app.close();
    open({ requireOrigin: true });
    expect((await ask('/health')).statusCode).to.equal(200);
    const refused = await post({ 'content-type': 'application/json' });
    expect([refused.statusCode, refused.json().error.data.name]).to.deep.equal([403, 'ORIGIN_NOT_ALLOWED']);
    expect((await post({ origin: PAGE, 'content-type': 'application/json' })).statusCode).to.equal(200);
  });

  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; application/json',
    'application/jsonp',
    '',
  ]) {
    it(`refuses a body that says it is "${type}" with 415 and the usual error shape`, async () => {
      const answer = await post({ 'content-type': type });
      expect(answer.statusCode).to.equal(415);
      expect(answer.json().error.data).to.include({ name: 'INVALID_REQUEST', retryable: false });
      expect(done).to.deep.equal([]);
    });
  }

  it('takes JSON however its type is written, and no body at all', async () => {
    for (const type of ['application/json', 'Application/JSON; charset=utf-8', 'application/json ;x=y']) {
      expect((await post({ 'content-type': type })).statusCode).to.equal(200);
    }
    expect((await ask('/v1/call', {}, { method: 'POST' })).statusCode).to.equal(200);
    expect((await post({ 'transfer-encoding': 'chunked' })).statusCode).to.equal(415);
  });

  it('keeps browsers from guessing, leaking and lending', async () => {
    const { headers } = await ask('/nowhere');
    expect(headers).to.include({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers).not.to.have.property('strict-transport-security');
    expect((await ask('/assets/a.png')).headers['cross-origin-resource-policy']).to.equal('cross-origin');
    expect((await ask('/assetsx')).headers['cross-origin-resource-policy']).to.equal('same-origin');
  });
});
