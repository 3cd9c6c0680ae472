import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import WebSocket, { WebSocketServer } from 'ws';
import { bearerChallenge } from '../../../src/doors/perimeter/challenge.ts';
import { Perimeter } from '../../../src/doors/perimeter/perimeter.ts';
import { refuseUpgrade } from '../../../src/doors/refuse-upgrade.ts';

const PAGE = 'https://app.example.com';
const METADATA = 'https://gate.example/.well-known/oauth-protected-resource';

describe('the perimeter of WebSocket upgrades', () => {
  let server: Server;
  let port: number;
  const perimeter = new Perimeter({
    boundTo: '127.0.0.1',
    allowedHosts: [],
    allowedOrigins: [PAGE],
    requireOrigin: false,
  });
  const challenge = bearerChallenge({ metadataUrl: () => METADATA, scope: 'tools:call' });

  beforeEach(async () => {
    const sockets = new WebSocketServer({ noServer: true });
    server = createServer().on('upgrade', (request, socket, head) => {
      try {
        perimeter.admit(request, false);
        sockets.handleUpgrade(request, socket, head, (opened) => opened.close(1000));
      } catch (error) {
        refuseUpgrade(socket, CallError.from(error), { challenge, request });
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterEach((done) => void server.close(done));

  /** What is answered to an upgrade with these header lines. */
  async function upgrade(lines: readonly string[], target = '/rpc'): Promise<string> {
    const socket = connect(port, '127.0.0.1').setEncoding('latin1');
    const wants = [
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ];
    socket.write(`${[`GET ${target} HTTP/1.1`, ...wants, ...lines].join('\r\n')}\r\n\r\n`);
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
      if (answer.startsWith('HTTP/1.1 101')) socket.destroy();
    });
    await once(socket, 'close');
    return answer;
  }

  it('opens for programs, for its own pages and for allowed ones', async () => {
    for (const origin of [undefined, PAGE, `http://127.0.0.1:${port}`]) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, origin === undefined ? {} : { origin });
      expect((await once(socket, 'close'))[0], origin).to.equal(1000);
    }
  });

  it('refuses foreign pages and foreign names with 403', async () => {
    const host = `Host: 127.0.0.1:${port}`;
    expect(await upgrade([host, 'Origin: null'])).to.match(/^HTTP\/1\.1 403 .*"ORIGIN_NOT_ALLOWED"/s);
    expect(await upgrade([host, `Origin: ${PAGE}`, `Origin: ${PAGE}`])).to.match(
      /^HTTP\/1\.1 403 .*"ORIGIN_NOT_ALLOWED"/s,
    );
    expect(await upgrade([`Host: evil.example:${port}`])).to.match(/^HTTP\/1\.1 403 .*"FORBIDDEN"/s);
    expect(await upgrade([`Host: evil.example:${port}`, `Origin: http://evil.example:${port}`])).to.match(
      /^HTTP\/1\.1 403 /,
    );
  });

  it('refuses a request for two hosts, which a proxy may have read as the other one', async () => {
    const answer = await upgrade([`Host: 127.0.0.1:${port}`, 'Host: evil.example']);
    expect(answer).to.match(/^HTTP\/1\.1 403 .*several Host headers/s);
  });

  it('refuses a credential in the URL, and says where a good one comes from', async () => {
    const answer = await upgrade([`Host: 127.0.0.1:${port}`], '/rpc?access_token=hidden');
    expect(answer).to.match(/^HTTP\/1\.1 401 /);
    expect(answer).to.include(
      `WWW-Authenticate: Bearer realm="callsheet", resource_metadata="${METADATA}", scope="tools:call"\r\n`,
    );
    expect(answer).to.include('never belong in a URL').and.not.include('hidden');
  });

  it('has nothing to say against targets that are no URLs', async () => {
    for (const target of ['//', '*', 'http://[', '/rpc?%ff%', '/\\..']) {
      expect(await upgrade([`Host: 127.0.0.1:${port}`], target), target).to.match(/^HTTP\/1\.1 (?:101|400) /);
    }
  });

  it('cannot be made from settings that never fit', () => {
    const settings = { boundTo: '::1', allowedHosts: [], allowedOrigins: [], requireOrigin: false };
    expect(() => new Perimeter({ ...settings, allowedOrigins: ['*'] })).to.throw('"*"');
    expect(() => new Perimeter({ ...settings, allowedHosts: ['a b'] })).to.throw('"a b"');
    expect(() => new Perimeter({ ...settings, publicUrl: 'x' })).to.throw('"x"');
  });
});
