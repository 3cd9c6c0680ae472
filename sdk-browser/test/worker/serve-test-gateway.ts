import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { TestGateway } from '../../src/testing.ts';

/** A gateway in memory, reached by real sockets. */
export interface ServedGateway {
  readonly url: string;
  close(): Promise<void>;
}

export async function serveTestGateway(gateway: TestGateway): Promise<ServedGateway> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket: WebSocket) => {
    const line = gateway.transport.connect(
      'ws://served.test',
      {
        onOpen: () => undefined,
        onMessage: (text) => socket.send(text),
        // 1006 cannot be sent; it is what the other side makes of a socket that is cut.
        onClose: ({ code, reason }) => (code === 1006 ? socket.terminate() : socket.close(code, reason)),
      },
      undefined,
    );
    socket.on('message', (data) => line.send(String(data)));
    socket.on('close', (code) => line.close(code, ''));
  });
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
