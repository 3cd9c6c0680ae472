import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { endSlowBodies } from '../../src/doors/slow-bodies.ts';

describe('slow bodies', () => {
  let server: Server;
  let sockets: Socket[];

  async function serve(): Promise<void> {
    server = createServer((request, response) => {
      request.resume();
      request.once('end', () => response.end('whole'));
    });
    endSlowBodies(server, 20, ({ url }) => url === '/at-its-own-pace');
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    sockets = [];
  }

  beforeEach(serve);
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  function begin(path: string, length: number, body: string): Socket {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    sockets.push(socket);
    socket.write(`PUT ${path} HTTP/1.1\r\nHost: here\r\nContent-Length: ${length}\r\n\r\n${body}`);
    return socket;
  }

  it('end with 408 and the connection', async () => {
    const socket = begin('/', 10, 'half');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).to.match(/^HTTP\/1\.1 408 /);
    await once(socket.resume(), 'close');
  });

  it('do not end where the route sees to it, nor do bodies that are there in time', async () => {
    const own = begin('/at-its-own-pace', 10, 'half');
    const ended = begin('/', 10, 'half').resume();
    const whole = begin('/', 4, 'half');
    expect(String((await once(whole, 'data'))[0])).to.match(/^HTTP\/1\.1 200 /);
    // By then the time of the first is up as well.
    await once(ended, 'close');
    own.write('and on');
    expect(String((await once(own, 'data'))[0])).to.match(/^HTTP\/1\.1 200 /);
  });
});
