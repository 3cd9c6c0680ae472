import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';
import type { CloseInfo, TransportSocket } from '@callsheet/sdk-core';
import { expect } from 'chai';
import { createClient } from '../src/index.ts';
import { createWsTransport } from '../src/ws-transport.ts';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** What a socket was asked to do, as `name(arguments)`. */
type Asked = string[];

describe('the TCP connection under a socket', () => {
  let server: Server;
  let asked: Asked;
  const accepted: Socket[] = [];
  const { setKeepAlive, setNoDelay } = Socket.prototype;

  beforeEach(async () => {
    asked = [];
    Socket.prototype.setKeepAlive = function (on?: boolean, ms?: number) {
      asked.push(`keepAlive(${on}, ${ms})`);
      return setKeepAlive.call(this, on, ms);
    };
    Socket.prototype.setNoDelay = function (on?: boolean) {
      asked.push(`noDelay(${on})`);
      return setNoDelay.call(this, on);
    };
    // Answers the upgrade, and then never reads again.
    server = createServer((socket) => {
      accepted.push(socket);
      socket.on('error', () => undefined);
      socket.once('data', (request) => {
        const key = /^sec-websocket-key: (.+)\r$/im.exec(String(request))?.[1] ?? '';
        const accept = createHash('sha1')
          .update(key + GUID)
          .digest('base64');
        socket.pause();
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: callsheet.v1\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
        );
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    Socket.prototype.setKeepAlive = setKeepAlive;
    Socket.prototype.setNoDelay = setNoDelay;
    for (const socket of accepted.splice(0)) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  /** An open socket whose peer reads nothing. */
  async function open(...options: Parameters<typeof createWsTransport>) {
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/rpc`;
    let closed: (info: CloseInfo) => void = () => undefined;
    const end = new Promise<CloseInfo>((resolve) => {
      closed = resolve;
    });
    const socket = await new Promise<TransportSocket>((resolve, reject) => {
      const made = createWsTransport(...options).connect(
        url,
        {
          onOpen: () => resolve(made),
          onMessage: () => undefined,
          onClose: (info) => {
            reject(new Error(info.reason));
            closed(info);
          },
        },
        undefined,
      );
    });
    return { socket, end };
  }

  it('is probed after 30 s of silence, and sends small messages at once', async () => {
    const { socket, end } = await open();
    expect(asked).to.include('keepAlive(true, 30000)');
    expect(asked.join()).to.match(/noDelay\((true|undefined)\)/);
    expect(asked.join()).to.not.contain('noDelay(false)');
    socket.close(1000, '');
    await end;
  });

  it('is probed as often as the client says, or never', async () => {
    const often = await open(5_000);
    expect(asked).to.include('keepAlive(true, 5000)');
    asked.length = 0;
    const never = await open(false);
    expect(asked.join()).to.not.contain('keepAlive(true');
    for (const { socket, end } of [often, never]) {
      socket.close(1000, '');
      await end;
    }
  });

  it('is checked at the door', () => {
    for (const tcpKeepAliveMs of [0, 999, Number.NaN, true, '30s']) {
      expect(() => createClient({ tcpKeepAliveMs } as never, {})).to.throw(TypeError, 'option "tcpKeepAliveMs"');
    }
    expect(createClient({ tcpKeepAliveMs: false }, {}).state).to.equal('idle');
  });

  it('says what has not left, and ends though the peer reads nothing of it', async () => {
    const { socket, end } = await open();
    expect(socket.bufferedBytes).to.equal(0);
    const text = 'x'.repeat(1_048_576);
    for (let n = 0; n < 24; n++) socket.send(text);
    // What the kernel takes on both sides is less than half of it.
    expect(socket.bufferedBytes).to.be.within(12 * text.length, 24 * (text.length + 14));
    socket.close(1000, 'enough');
    socket.close(1000, 'twice');
    expect(await end).to.include({ code: 1006 });
  });
});
