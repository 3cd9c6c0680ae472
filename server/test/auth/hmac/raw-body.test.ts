import { connect } from 'node:net';
import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fastify, { type FastifyInstance } from 'fastify';
import { readAuthorization } from '../../../src/auth/hmac/authorization-header.ts';
import { hashSignedBodies, signedBodyHash } from '../../../src/auth/hmac/raw-body.ts';
import { requestParts } from '../../../src/auth/hmac/request-parts.ts';
import { signRequest } from '../../../src/auth/hmac/sign.ts';
import { hashBody } from '../../../src/auth/hmac/signed-request.ts';
import type { HmacVerifier } from '../../../src/auth/hmac/verify.ts';
import { refuse } from '../../../src/doors/refusal.ts';
import { sendRaw } from '../../assets/raw-http.ts';
import { openDesk, STUDIO } from './signing-desk.ts';

const SIGNED = { authorization: 'CALLSHEET-HMAC-SHA256 whatever follows' };

/** A server that echoes what was parsed, and says who signed it. */
function openServer(verifier: HmacVerifier): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  app.setErrorHandler((error, request, reply) => refuse(request, reply, error));
  hashSignedBodies(app, { maxBytes: 1_000 });
  app.all('/echo', async (request) => {
    const hash = request.signedBodyHash;
    const proof = readAuthorization(request.headers.authorization ?? '');
    const who = proof && verifier.identify({ ...proof, ...requestParts(request.raw, signedBodyHash(request)) });
    return { body: request.body ?? null, hash: hash ?? null, who: who?.credential ?? null };
  });
  return app;
}

describe('the raw bodies of signed requests', () => {
  let desk: ReturnType<typeof openDesk>;
  let app: FastifyInstance;
  let url: string;
  beforeEach(async () => {
    desk = openDesk();
    app = openServer(desk.verifier);
    url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/echo`;
  });
  afterEach(() => app.close());

  const post = (body: string, headers: Record<string, string>): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', connection: 'close', ...headers },
    });
  const sign = (method: string, body?: string) =>
    signRequest(STUDIO, { method, url, ...(body !== undefined && { body }) }, { now: () => desk.clock.now() });

  it('are hashed as sent and parsed as ever', async () => {
    const text = '{ "b" : "ä",\r\n"a":1 }';
    const answer = await post(text, { authorization: sign('POST', text).authorization });
    expect(await answer.json()).to.deep.equal({ body: { b: 'ä', a: 1 }, hash: hashBody(text), who: 'studio-7' });
  });

  it('do not fit another text that parses to the same', async () => {
    const answer = await post('{"a":1} ', { authorization: sign('POST', '{"a":1}').authorization });
    expect(await answer.json()).to.deep.equal({ body: { a: 1 }, hash: hashBody('{"a":1} '), who: null });
  });

  it('may be empty, as those of GET are', async () => {
    const headers = { authorization: sign('GET').authorization, connection: 'close' };
    const answer = await fetch(url, { headers });
    expect(await answer.json()).to.deep.equal({ body: null, hash: hashBody(''), who: 'studio-7' });
  });

  it('count even where the method gives them no meaning', async () => {
    const { authorization } = sign('GET');
    const head = ['GET /echo HTTP/1.1', `Host: ${new URL(url).host}`, 'Connection: close', 'Content-Length: 5'];
    const { body } = await sendRaw(
      Number(new URL(url).port),
      [...head, `Authorization: ${authorization}`, '', 'extra'].join('\r\n'),
    );
    expect(JSON.parse(body)).to.deep.equal({ body: null, hash: hashBody('extra'), who: null });
  });

  it('stay with their parser when no signature comes along', async () => {
    const answer = await post('{"a":1}', { authorization: 'Bearer x' });
    expect(await answer.json()).to.deep.equal({ body: { a: 1 }, hash: null, who: null });
  });

  it('that are broken JSON are refused by the parser, signed or not', async () => {
    expect((await post('{', {})).status).to.equal((await post('{', SIGNED)).status);
  });

  it('are refused beyond their bound, whether their length was said or not', async () => {
    const answer = await post(JSON.stringify('x'.repeat(999)), SIGNED);
    expect(answer.status).to.equal(413);
    const chunk = `3e9\r\n${'x'.repeat(1001)}\r\n`;
    const head = ['POST /echo HTTP/1.1', 'Host: x', 'Connection: close', 'Transfer-Encoding: chunked'];
    const request = [...head, `Authorization: ${SIGNED.authorization}`, '', `${chunk}0`, '', ''].join('\r\n');
    const { status, body } = await sendRaw(Number(new URL(url).port), request);
    expect([status, JSON.parse(body).error.data.name]).to.deep.equal([413, 'REQUEST_TOO_LARGE']);
  });

  it('up to their bound are taken', async () => {
    const answer = await post(JSON.stringify('x'.repeat(998)), SIGNED);
    expect(answer.status).to.equal(200);
  });

  it('that end early end the request', async () => {
    const other = openServer(desk.verifier);
    const failed = new Promise<unknown>((resolve) => {
      other.addHook('onError', async (_request, _reply, error) => resolve(error));
    });
    const address = new URL(await other.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(address.port), address.hostname);
    const head = ['POST /echo HTTP/1.1', 'Host: x', 'Content-Length: 100', `Authorization: ${SIGNED.authorization}`];
    socket.write([...head, '', 'only so much'].join('\r\n'), () => socket.destroy());
    const error = await failed;
    expect(CallError.is(error) && error.errorName).to.equal('INVALID_REQUEST');
    await other.close();
  });

  it('are never taken for empty where nobody hashed them', async () => {
    const bare = fastify();
    bare.get('/', async (request) => signedBodyHash(request));
    const answer = await bare.inject({ url: '/', headers: SIGNED });
    expect(answer.statusCode).to.equal(500);
    await bare.close();
  });
});
