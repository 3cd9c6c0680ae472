import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fastify, { type FastifyInstance } from 'fastify';
import { loginRoutes } from '../../../src/auth/login/login-routes.ts';
import type { LoginRequest } from '../../../src/auth/login/login-service.ts';

const ANSWER = { token: 'a.b.c', user: { id: 'usr_1', username: 'ada' }, expires_in: 900, refresh_token: 'rft_1' };

describe('/api/auth', () => {
  let app: FastifyInstance;
  let asked: unknown[];
  let fault: unknown;
  beforeEach(async () => {
    [asked, fault] = [[], undefined];
    app = fastify({ genReqId: () => 'req_1' });
    const take = (name: string) => async (request: unknown) => {
      if (fault !== undefined) throw fault;
      asked.push([name, request]);
      return ANSWER;
    };
    const service = {
      login: take('login') as (request: LoginRequest) => Promise<typeof ANSWER>,
      refresh: take('refresh'),
      logout: async (request: unknown) => void (await take('logout')(request)),
    };
    await app.register(loginRoutes({ service, address: ({ ip }) => `from ${ip}` }));
    app.get('/else', async () => {
      throw new Error('not ours');
    });
  });
  afterEach(() => app.close());

  const post = (path: string, payload: unknown, headers: Record<string, string> = {}) =>
    app.inject({
      ...{ method: 'POST', url: `/api/auth/${path}` },
      headers: { 'content-type': 'application/json', ...headers },
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    });
  const login = { username: 'ada', password: 'correct horse battery' };

  it('logs in and refreshes, with answers no cache may keep', async () => {
    const answers = [await post('login', login), await post('refresh', { refresh_token: 'rft_0' })];
    for (const answer of answers) {
      expect([answer.statusCode, answer.json()]).to.deep.equal([200, ANSWER]);
      expect(answer.headers['cache-control']).to.equal('no-store');
    }
    expect(asked).to.deep.equal([
      ['login', { ...login, address: 'from 127.0.0.1' }],
      ['refresh', { refreshToken: 'rft_0' }],
    ]);
  });

  it('logs out with nothing to say', async () => {
    const answer = await post('logout', { refresh_token: 'rft_0' });
    expect([answer.statusCode, answer.body]).to.deep.equal([204, '']);
    expect(asked).to.deep.equal([['logout', { refreshToken: 'rft_0' }]]);
  });

  const refused: Readonly<Record<string, readonly [unknown, number, number]>> = {
    'a missing member': [{ username: 'ada' }, 400, -32602],
    'one too many': [{ ...login, role: 'admin' }, 400, -32602],
    'a member of another kind': [{ ...login, password: ['x'] }, 400, -32602],
    'a number, which is not taken for a text': [{ ...login, password: 1234567890 }, 400, -32602],
    'an empty password': [{ ...login, password: '' }, 400, -32602],
    'a user name without end': [{ ...login, username: 'x'.repeat(129) }, 400, -32602],
    'a password without end': [{ ...login, password: 'x'.repeat(257) }, 400, -32602],
    'a list': [[login], 400, -32602],
    'no JSON': ['{"username":', 400, -32600],
    'a prototype': ['{"username":"ada","password":"x","__proto__":{"a":1}}', 400, -32600],
    nothing: ['', 400, -32600],
    'too much': [JSON.stringify({ ...login, password: 'x'.repeat(5000) }), 413, 4130],
  };
  for (const [what, [payload, status, code]] of Object.entries(refused)) {
    it(`refuses ${what}, in the words of /api`, async () => {
      const answer = await post('login', payload);
      const body = answer.json<{ error: unknown; code: unknown }>();
      expect([answer.statusCode, body.code]).to.deep.equal([status, code]);
      expect(body.error)
        .to.be.a('string')
        .that.matches(/^Cannot /)
        .and.does.not.contain('horse');
      expect(asked).to.deep.equal([]);
    });
  }

  it('takes no form and no plain text, which any page may send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const answer = await post('login', login, { 'content-type': type });
      expect([answer.statusCode, answer.json<{ code: number }>().code], type).to.deep.equal([415, -32600]);
      expect(answer.json<{ error: unknown }>().error).to.be.a('string');
    }
    expect(asked).to.deep.equal([]);
  });

  it('says no and nothing more, and how long to wait', async () => {
    fault = new CallError('UNAUTHENTICATED', 'Cannot log in: wrong');
    const no = await post('login', login);
    expect([no.statusCode, no.json()]).to.deep.equal([
      401,
      { error: 'Cannot log in: wrong', code: 4010, request_id: 'req_1' },
    ]);
    expect(no.headers).to.include({ 'cache-control': 'no-store' }).and.have.property('www-authenticate');
    fault = new CallError('RATE_LIMITED', 'Cannot log in: too often', { retryAfterMs: 1_500 });
    const wait = await post('login', login);
    expect([wait.statusCode, wait.headers['retry-after'], wait.json<{ code: number }>().code]).to.deep.equal([
      429,
      '2',
      4290,
    ]);
  });

  it('keeps the words of a fault to itself', async () => {
    fault = new Error('scrypt met the password correct horse battery');
    const answer = await post('login', login);
    expect([answer.statusCode, answer.json<{ code: number }>().code]).to.deep.equal([500, -32603]);
    expect(answer.body).to.contain('req_1').and.not.contain('horse');
  });

  it('changes the errors of no other route', async () => {
    const answer = await app.inject({ url: '/else' });
    expect(answer.json()).to.include({ statusCode: 500 });
  });

  it('takes nothing but POST', async () => {
    expect((await app.inject({ url: '/api/auth/login' })).statusCode).to.equal(404);
  });
});
