import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AuthError, ConnectionError } from '@callsheet/sdk-core';
import { expect } from 'chai';
import { ticketFrom } from '../src/ticket-from.ts';

describe('a ticket from the page’s own server', () => {
  let server: Server;
  let address: string;
  let asked: IncomingMessage | undefined;
  let serve: (response: ServerResponse) => unknown;
  before(async () => {
    server = createServer((request, response) => {
      asked = request;
      serve(response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/my/ticket`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const failure = (get: () => Promise<string>): Promise<unknown> =>
    get().then(
      (ticket) => expect.fail(`got ${ticket}`),
      (error) => error,
    );

  it('is asked for with POST, and read out of the answer', async () => {
    serve = (response) => response.end('{"ticket":"tkt_1","expiresInMs":30000}');
    expect(await ticketFrom(address, { headers: { 'x-csrf': 'c' } })()).to.equal('tkt_1');
    expect(asked).to.include({ method: 'POST', url: '/my/ticket' });
    expect(asked?.headers).to.include({ 'x-csrf': 'c' });
  });

  for (const [status, code] of [
    [401, 'AUTH'],
    [403, 'FORBIDDEN'],
  ] as const) {
    it(`is given up after ${status}: nobody is logged in`, async () => {
      serve = (response) => response.writeHead(status).end();
      const error = await failure(ticketFrom(`${address}?secret=s`));
      expect(error).to.be.instanceOf(AuthError).and.include({ code, retryable: false });
      expect(String(error)).to.contain(`Cannot get a ticket from "${address}": HTTP ${status}; log in again`);
    });
  }

  it('is asked for again later after any other refusal, and when the server says', async () => {
    serve = (response) => response.writeHead(503, { 'retry-after': '7' }).end();
    const error = await failure(ticketFrom(address));
    expect(error).to.be.instanceOf(ConnectionError).and.include({ retryable: true, retryAfterMs: 7_000 });
    expect(String(error)).to.contain('HTTP 503');
    serve = (response) => response.writeHead(404).end('{"ticket":"no"}');
    expect(await failure(ticketFrom(address))).to.include({ retryable: true, retryAfterMs: undefined });
  });

  for (const body of ['<html>', 'null', '{}', '{"ticket":""}', '{"ticket":7}']) {
    it(`is not there in ${body}`, async () => {
      serve = (response) => response.end(body);
      const error = await failure(ticketFrom(new URL(address)));
      expect(error).to.include({ retryable: true });
      expect(String(error)).to.contain('no {ticket} in the answer');
    });
  }

  it('is asked for again when the server cannot be reached', async () => {
    serve = (response) => response.destroy();
    const error = await failure(ticketFrom(address));
    expect(error)
      .to.include({ code: 'CONNECT_FAILED', retryable: true })
      .and.have.property('cause')
      .that.is.an('error');
  });
});
