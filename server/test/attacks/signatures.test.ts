import { expect } from 'chai';
import { signRequest } from '../../src/auth/hmac/sign.ts';
import { useBystander } from './bystander.ts';
import { Caller } from './caller.ts';
import { DOORS, freshAddress, hostOf } from './doors.ts';
import { exchange, type RawAnswer, RawConnection } from './raw-connection.ts';
import { HMAC_SECRET, type Target, useTarget } from './target.ts';

const STUDIO = { id: 'studio', secret: HMAC_SECRET };
const TICKET = '/v1/session/ticket';
const minutes = (count: number) => ({ now: () => Date.now() + count * 60_000 });

async function upgrade(
  target: Target,
  authorization: string,
  path = '/rpc',
  host = hostOf(target),
): Promise<RawAnswer> {
  const connection = new RawConnection(target);
  const headers = { Host: host, Authorization: authorization, 'X-Forwarded-For': freshAddress() };
  const answer = await connection.upgrade(headers, path);
  connection.destroy();
  return answer;
}

function post(target: Target, authorization: string, body: string, changes: { path?: string; method?: string } = {}) {
  const { path = TICKET, method = 'POST' } = changes;
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${hostOf(target)}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Authorization: ${authorization}`,
    `X-Forwarded-For: ${freshAddress()}`,
  ];
  return exchange(target, `${lines.join('\r\n')}\r\n\r\n${body}`);
}

describe('attacks on signed requests', () => {
  const target = useTarget();
  useBystander(target);
  const socketUrl = (): string => target().url;
  const ticketUrl = (): string => `${target().httpUrl}${TICKET}`;
  const signedPost = (body: string) => signRequest(STUDIO, { method: 'POST', url: ticketUrl(), body }).authorization;
  // What is signed in the second of the start is refused with a time to wait: a restart forgets which nonces were used.
  before(async () => {
    let answer = await upgrade(target(), signRequest(STUDIO, { url: socketUrl() }).authorization);
    while (answer.status === 503) {
      const ms = JSON.parse(answer.body).error.data.retryAfterMs as number;
      await new Promise((resolve) => setTimeout(resolve, ms));
      answer = await upgrade(target(), signRequest(STUDIO, { url: socketUrl() }).authorization);
    }
    expect(answer.status).to.equal(101);
  });

  it('find a good one taken once, by every door, so that the rest means something', async () => {
    expect((await upgrade(target(), signRequest(STUDIO, { url: socketUrl() }).authorization)).status).to.equal(101);
    expect((await post(target(), signedPost('{"a":1}'), '{"a":1}')).status).to.equal(200);
    const caller = await Caller.open(target(), {});
    const opened = await caller.ask('session/open', { auth: signRequest(STUDIO, { url: socketUrl() }).credential });
    expect(opened.result.principal).to.include({ role: 'user' });
    caller.cut();
  });

  it('fail by replay at the same door and at every other', async () => {
    const { authorization, credential } = signRequest(STUDIO, { url: socketUrl() });
    expect((await upgrade(target(), authorization)).status).to.equal(101);
    expect((await upgrade(target(), authorization)).status).to.equal(401);
    const again = { headers: { Authorization: authorization }, auth: credential };
    for (const [name, door] of Object.entries(DOORS)) expect((await door(target(), again)).code, name).to.equal(4010);
    const body = signedPost('{}');
    expect((await post(target(), body, '{}')).status).to.equal(200);
    expect((await post(target(), body, '{}')).status).to.equal(401);
  });

  it('fail by replay in parallel: of twenty copies one is taken', async () => {
    const { authorization } = signRequest(STUDIO, { url: socketUrl() });
    const answers = await Promise.all(Array.from({ length: 20 }, () => upgrade(target(), authorization)));
    expect(answers.filter(({ status }) => status === 101)).to.have.length(1);
    expect(answers.filter(({ status }) => status === 401)).to.have.length(19);
    const signed = signedPost('{}');
    const posted = await Promise.all(Array.from({ length: 20 }, () => post(target(), signed, '{}')));
    expect(posted.filter(({ status }) => status === 200)).to.have.length(1);
  });

  it('fail by changing what was signed: body, path, query, method, host', async () => {
    const body = '{"amount":1}';
    expect((await post(target(), signedPost(body), '{"amount":9}')).status, 'body').to.equal(401);
    expect((await post(target(), signedPost(body), '')).status, 'no body').to.equal(401);
    expect((await post(target(), signedPost(body), body, { path: `${TICKET}?x=1` })).status, 'query').to.equal(401);
    const path = '/v1/mcp/session/ticket';
    expect((await post(target(), signedPost(body), body, { path })).status, 'path').to.equal(401);
    const { authorization } = signRequest(STUDIO, { method: 'POST', url: socketUrl() });
    expect((await upgrade(target(), authorization)).status, 'method').to.equal(401);
    const elsewhere = signRequest(STUDIO, { url: 'ws://another-gateway.example/rpc' }).authorization;
    expect((await upgrade(target(), elsewhere)).status, 'host').to.equal(401);
    const queried = signRequest(STUDIO, { url: `${socketUrl()}?a=1` }).authorization;
    expect((await upgrade(target(), queried, '/rpc?a=2')).status, 'query of the socket').to.equal(401);
  });

  it('fail by changing the proof: name, time, nonce, signature, order of bytes', async () => {
    const good = (): string => signRequest(STUDIO, { url: socketUrl() }).authorization;
    const flipped = (text: string): string => (text === 'A' ? 'B' : 'A');
    const changed: Record<string, string> = {
      'another name': good().replace('id=studio', 'id=nobody'),
      'another time': good().replace(/ts=\d+/, `ts=${Math.floor(Date.now() / 1000) - 5}`),
      'another nonce': good().replace(/nonce=(.)/, (_, first: string) => `nonce=${flipped(first)}`),
      'another signature': good().replace(/sig=(.)/, (_, first: string) => `sig=${flipped(first)}`),
      'an empty signature': good().replace(/sig=.*/, 'sig='),
      'half a signature': good().replace(/(sig=.{20}).*/, '$1'),
      'no nonce': good().replace(/nonce=[^,]*, /, ''),
      'two nonces': good().replace(/(nonce=[^,]*), /, '$1, $1, '),
      quotes: good().replace(/sig=(.*)/, 'sig="$1"'),
      'a time that is none': good().replace(/ts=\d+/, 'ts=1e9'),
      'another secret': signRequest({ ...STUDIO, secret: `${HMAC_SECRET}!` }, { url: socketUrl() }).authorization,
      'an unknown client': signRequest({ ...STUDIO, id: 'constructor' }, { url: socketUrl() }).authorization,
    };
    for (const [what, authorization] of Object.entries(changed)) {
      const { status, body } = await upgrade(target(), authorization);
      expect([status, JSON.parse(body).error.code], what).to.deep.equal([401, 4010]);
    }
  });

  it('fail by time stamps more than five minutes off, either way', async () => {
    for (const [off, status] of [
      [-6, 401],
      [6, 401],
      [4, 101],
    ] as const) {
      const { authorization } = signRequest(STUDIO, { url: socketUrl() }, minutes(off));
      expect((await upgrade(target(), authorization)).status, `${off} minutes`).to.equal(status);
    }
  });

  it('store no nonce for who cannot sign: a wrong signature does not use up the nonce of a good one', async () => {
    const { authorization } = signRequest(STUDIO, { url: socketUrl() });
    const stolen = authorization.replace(/sig=./, (text) => (text === 'sig=A' ? 'sig=B' : 'sig=A'));
    expect((await upgrade(target(), stolen)).status).to.equal(401);
    expect((await upgrade(target(), authorization)).status).to.equal(101);
  });
});
