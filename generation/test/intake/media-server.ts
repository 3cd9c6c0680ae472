import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A server on the loopback that plays another house, and counts who comes. */
export interface MediaServer {
  /** `host:port`. */
  readonly pair: string;
  readonly port: number;
  readonly url: string;
  /** Connections so far: also those that never said a word. */
  connections(): number;
  close(): Promise<void>;
}

export interface MediaServerOptions {
  readonly host?: string;
  readonly port?: number;
  /** Certificate and key make it an https server. */
  readonly tls?: ServerOptions;
}

export async function mediaServer(answer: RequestListener, options: MediaServerOptions = {}): Promise<MediaServer> {
  const { host = '127.0.0.1', port: wanted = 0, tls } = options;
  let connections = 0;
  const server: Server = tls === undefined ? createServer(answer) : createSecureServer(tls, answer);
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    pair: `${shown}:${port}`,
    port,
    url: `${tls === undefined ? 'http' : 'https'}://${shown}:${port}`,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
