import { once } from 'node:events';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';

export interface TlsServer {
  readonly server: Server;
  readonly port: number;
  /** Connects, and resolves after the handshake; rejects when there is none. */
  readonly connect: (options?: ConnectionOptions) => Promise<TLSSocket>;
  readonly close: () => Promise<void>;
}

/** A real https server on a free port, whose WebSockets echo. */
export async function serveTls(
  options: ServerOptions,
  before: (server: Server) => void = () => {},
): Promise<TlsServer> {
  const server = createServer(options, (_request, response) => response.end('served'));
  before(server);
  const echo = new WebSocketServer({ server });
  echo.on('connection', (socket: WebSocket) => socket.on('message', (data) => socket.send(data, { binary: false })));
  const open = new Set<Duplex>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    connect: async (more) => {
      const socket = connect({ host: '127.0.0.1', port, ...more });
      await once(socket, 'secureConnect');
      socket.on('error', () => {});
      return socket;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
