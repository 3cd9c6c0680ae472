import { expect } from 'chai';
import { useBystander } from './bystander.ts';
import { hostOf } from './doors.ts';
import { exchange, type RawAnswer, RawConnection } from './raw-connection.ts';
import { ADMIN, type Target, useTarget } from './target.ts';

const ALLOWED = 'https://app.example.com';
/** What a page of somebody else may call itself, or be called by a browser that hides it. */
const FOREIGN: Readonly<Record<string, string>> = {
  'another site': 'https://evil.example',
  'no site at all': 'null',
  'an empty name': '',
  'the allowed name as a prefix': 'https://app.example.com.evil.example',
  'the allowed name as a suffix': 'https://evilapp.example.com',
  'the allowed name without its dots': 'https://appxexample.com',
  'a sub-domain': 'https://a.app.example.com',
  'the parent domain': 'https://example.com',
  'another port': 'https://app.example.com:8443',
  'the usual port, spelt out': 'https://app.example.com:443',
  'another scheme': 'http://app.example.com',
  'a scheme of no web page': 'file://app.example.com',
  'an extension': 'chrome-extension://abcdefghijklmnop',
  'a path': 'https://app.example.com/',
  'a user name': 'https://app.example.com@evil.example',
  'capital letters': 'HTTPS://APP.EXAMPLE.COM',
  'a trailing dot': 'https://app.example.com.',
  'two of them': 'https://app.example.com, https://evil.example',
  'a blank in front': 'https://app.example.com https://evil.example',
  'this machine, another port': 'http://localhost:1',
  'this machine, another scheme': 'https://localhost',
  'a wildcard': '*',
};
const FOREIGN_HOSTS: Readonly<Record<string, string>> = {
  'a name that was made to point here': 'evil.example',
  'that name with the port': 'evil.example:8081',
  'our name as a prefix': 'localhost.evil.example',
  'our name as a suffix': 'evil-localhost',
  'a user name': 'localhost@evil.example',
  'an address of a network': '192.168.0.1',
  'an address spelt as a number': '2130706433',
  'a shortened address': '127.1',
  'a path': 'localhost/../evil.example',
  'a blank': ' ',
};

const authorized = { Authorization: `Bearer ${ADMIN}` };

async function upgrade(target: Target, headers: Record<string, string>): Promise<RawAnswer> {
  const connection = new RawConnection(target);
  const answer = await connection.upgrade({ Host: hostOf(target), ...authorized, ...headers });
  connection.destroy();
  return answer;
}

function request(target: Target, line: string, headers: Record<string, string>, body = ''): Promise<RawAnswer> {
  const all = { Host: hostOf(target), Connection: 'close', ...authorized, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return exchange(target, `${line} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

const codeOf = ({ body }: RawAnswer): number => (JSON.parse(body) as { error: { code: number } }).error.code;

describe('attacks from web pages', () => {
  const target = useTarget({ server: { allowed_origins: [ALLOWED] } });
  useBystander(target);
  const LINES = [
    'POST /v1/session/ticket',
    'GET /health',
    'GET /assets/demo/video/x.mp4',
    'OPTIONS /v1/session/ticket',
  ];

  it('find the allowed page and the gateway’s own let in, so that the rest means something', async () => {
    for (const origin of [ALLOWED, `http://${hostOf(target())}`]) {
      expect((await upgrade(target(), { Origin: origin })).status, origin).to.equal(101);
      const ticket = await request(target(), 'POST /v1/session/ticket', { Origin: origin });
      expect(ticket.status, origin).to.equal(200);
      expect(ticket.head.toLowerCase()).to.contain(`access-control-allow-origin: ${origin}`);
    }
    expect((await upgrade(target(), {})).status, 'a program').to.equal(101);
  });

  for (const [what, origin] of Object.entries(FOREIGN)) {
    it(`are refused with 403 and 4033 before anything happens: ${what}`, async () => {
      const refused = await upgrade(target(), { Origin: origin });
      expect([refused.status, codeOf(refused)]).to.deep.equal([403, 4033]);
      for (const line of LINES) {
        const answer = await request(target(), line, { Origin: origin });
        expect([answer.status, codeOf(answer)], line).to.deep.equal([403, 4033]);
        expect(answer.head, line).to.not.match(/access-control-allow-origin/i);
      }
    });
  }

  it('cannot hide a foreign origin behind an allowed one', async () => {
    const lines = (one: string, two: string): string =>
      `POST /v1/session/ticket HTTP/1.1\r\nHost: ${hostOf(target())}\r\nConnection: close\r\nAuthorization: Bearer ${ADMIN}\r\nOrigin: ${one}\r\nOrigin: ${two}\r\n\r\n`;
    for (const text of [lines(ALLOWED, 'https://evil.example'), lines('https://evil.example', ALLOWED)]) {
      const answer = await exchange(target(), text);
      expect([answer.status, codeOf(answer)]).to.deep.equal([403, 4033]);
    }
  });

  for (const [what, host] of Object.entries(FOREIGN_HOSTS)) {
    it(`cannot come by a foreign Host: ${what}`, async () => {
      expect((await upgrade(target(), { Host: host })).status).to.be.oneOf([400, 403]);
      for (const line of LINES)
        expect((await request(target(), line, { Host: host })).status, line).to.be.oneOf([400, 403]);
    });
  }

  it('cannot leave the Host out, or send two', async () => {
    expect((await exchange(target(), 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n')).status).to.be.oneOf([
      400, 403,
    ]);
    expect((await exchange(target(), 'GET /health HTTP/1.0\r\n\r\n')).status).to.be.oneOf([400, 403]);
    const two = `GET /health HTTP/1.1\r\nHost: ${hostOf(target())}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`;
    expect((await exchange(target(), two)).status).to.be.oneOf([400, 403]);
    const absolute = `GET http://evil.example/health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`;
    expect((await exchange(target(), absolute)).status).to.be.oneOf([400, 403]);
  });

  it('cannot send what needs no permission: a form, plain text or nothing named is 415', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/json',
    ]) {
      const headers = { 'Content-Type': type, 'Content-Length': '7' };
      expect((await request(target(), 'POST /v1/session/ticket', headers, '{"a":1}')).status, type).to.equal(415);
    }
    const nameless = await request(target(), 'POST /v1/session/ticket', { 'Content-Length': '7' }, '{"a":1}');
    expect(nameless.status).to.equal(415);
  });

  it('are told nothing a page could lend itself: no sniffing, no referrer, no embedding', async () => {
    const { head } = await request(target(), 'GET /health', {});
    for (const line of [
      'x-content-type-options: nosniff',
      'referrer-policy: no-referrer',
      'cross-origin-resource-policy: same-origin',
    ]) {
      expect(head.toLowerCase()).to.contain(line);
    }
    expect(head).to.not.match(/^(?:server|x-powered-by|set-cookie|access-control-allow-credentials):/im);
  });

  it('get no token echoed that was offered as a subprotocol', async () => {
    const answer = await upgrade(target(), { 'Sec-WebSocket-Protocol': `bearer.${ADMIN}, token` });
    expect(answer.status).to.equal(101);
    expect(answer.head)
      .to.not.contain(ADMIN)
      .and.to.not.match(/sec-websocket-protocol/i);
  });
});

describe('attacks from programs where only web pages may come', () => {
  const target = useTarget({ server: { allowed_origins: [ALLOWED], require_origin: true } });

  it('are refused without an origin', async () => {
    expect((await upgrade(target(), {})).status).to.equal(403);
    expect((await request(target(), 'POST /v1/session/ticket', {})).status).to.equal(403);
    expect((await upgrade(target(), { Origin: ALLOWED })).status).to.equal(101);
  });
});
