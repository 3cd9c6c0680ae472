import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fastify, { type FastifyInstance } from 'fastify';
import type { Identity } from '../../src/auth/identity.ts';
import { ticketRoute } from '../../src/auth/ticket-route.ts';
import { Tickets } from '../../src/auth/tickets.ts';
import { FakeClock } from '../fake-clock.ts';

const ANN: Identity = {
  ...{ principal: { id: 'key:ann', role: 'user', scopes: [] }, means: 'apiKey', credential: 'ann' },
  stillGood: () => true,
};

describe('POST /v1/session/ticket', () => {
  let tickets: Tickets;
  let app: FastifyInstance;
  beforeEach(async () => {
    tickets = new Tickets({ clock: new FakeClock() });
    app = fastify();
    const identify = async ({ headers }: { headers: Record<string, unknown> }): Promise<Identity | undefined> => {
      if (headers['x-api-key'] === 'wrong') throw new CallError('UNAUTHENTICATED');
      return headers['x-api-key'] === 'right' ? ANN : undefined;
    };
    await app.register(ticketRoute({ tickets, identify }));
    app.post('/json', async ({ body }) => ({ body }));
  });
  afterEach(() => app.close());

  const ask = (headers: Record<string, string>, url = '/v1/session/ticket', payload?: string) =>
    app.inject({ method: 'POST', url, headers, ...(payload !== undefined && { payload }) });

  for (const url of ['/v1/session/ticket', '/v1/mcp/session/ticket']) {
    it(`trades a credential for a ticket on ${url}, bound to the page that asked`, async () => {
      const answer = await ask({ 'x-api-key': 'right', origin: 'https://a.example' }, url);
      expect(answer.statusCode).to.equal(200);
      expect(answer.headers['cache-control']).to.equal('no-store');
      const { ticket, expiresInMs } = answer.json<{ ticket: string; expiresInMs: number }>();
      expect(expiresInMs).to.equal(30_000);
      expect(tickets.redeem(ticket, 'https://a.example')).to.equal(ANN);
    });
  }

  it('refuses who shows nothing, a wrong credential, or a cookie', async () => {
    for (const headers of [{}, { 'x-api-key': 'wrong' }, { cookie: 'x-api-key=right; session=right' }]) {
      const answer = await ask(headers as Record<string, string>);
      expect(answer.statusCode).to.equal(401);
      expect(answer.headers['cache-control']).to.equal('no-store');
      expect(answer.json<{ error: { data: { name: string } } }>().error.data.name).to.equal('UNAUTHENTICATED');
    }
    expect(tickets.size).to.equal(0);
  });

  it('says when to come back when there are too many', async () => {
    tickets = new Tickets({ clock: new FakeClock(), max: 1 });
    tickets.issue({ ...ANN, principal: { ...ANN.principal, id: 'key:bob' } }, undefined);
    await app.close();
    app = fastify();
    await app.register(ticketRoute({ tickets, identify: () => ANN }));
    const answer = await ask({});
    expect([answer.statusCode, answer.headers['retry-after']]).to.deep.equal([503, '30']);
  });

  it('does not mind a body, nor its absence after a promise of JSON, nor JSON that is none', async () => {
    for (const payload of [undefined, '', '{}', '{']) {
      const answer = await ask({ 'x-api-key': 'right', 'content-type': 'application/json' }, undefined, payload);
      expect(answer.statusCode, payload).to.equal(200);
    }
  });

  it('takes no form and no text, which any page may send anywhere unasked', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const answer = await ask({ 'x-api-key': 'right', 'content-type': type }, undefined, 'a=b');
      expect(answer.statusCode).to.equal(415);
    }
  });

  it('leaves the parsers of other routes as they are', async () => {
    const answer = await ask({ 'content-type': 'application/json' }, '/json', '{"a":1}');
    expect(answer.json()).to.deep.equal({ body: { a: 1 } });
  });
});
