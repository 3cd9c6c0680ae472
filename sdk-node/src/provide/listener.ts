import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { SUBPROTOCOL } from '@callsheet/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import { MAX_PAYLOAD, TCP_KEEP_ALIVE_MS } from '../ws-transport.ts';
import type { ListenOptions } from './options.ts';

/** Where a worker that listens is dialled. */
export const WORKER_PATH = '/worker';

/** Time for a request to arrive in full. Milliseconds. */
const HANDSHAKE_MS = 10_000;
const MOST_CONNECTIONS = 256;

export interface ListenerPort {
  /** A gateway dialled and showed the token. `peer` is where from, `host:port`. */
  accepted(socket: WebSocket, peer: string): void;
  /** False while nobody new is taken. */
  open(): boolean;
}

/** The door of a worker that is dialled by its gateways. */
export class Listener {
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #token: Buffer;
  readonly #port: ListenerPort;
  #address = { host: '', port: 0 };

  private constructor({ token, tls }: ListenOptions, port: ListenerPort) {
    this.#token = digest(`Bearer ${token}`);
    this.#port = port;
    const tcp = { keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS };
    const options = { headersTimeout: HANDSHAKE_MS, requestTimeout: HANDSHAKE_MS, ...tcp };
    this.#server = tls === undefined ? createServer(options) : createTlsServer({ ...options, ...tls });
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#sockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: MAX_PAYLOAD,
      handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
    });
    this.#server.on('request', (_request, response) => response.writeHead(404).end());
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, socket, head);
    });
  }

  /** Resolves when it listens. Rejects with the system's error when the address cannot be had. */
  static async open(options: ListenOptions & { readonly host: string }, port: ListenerPort): Promise<Listener> {
    const listener = new Listener(options, port);
    await new Promise<void>((resolve, reject) => {
      listener.#server.once('error', reject);
      listener.#server.listen(options.port, options.host, () => {
        listener.#server.off('error', reject);
        // A connection that breaks while it is accepted is nobody's concern.
        listener.#server.on('error', () => undefined);
        const { address, port: taken } = listener.#server.address() as AddressInfo;
        listener.#address = { host: address, port: taken };
        resolve();
      });
    });
    return listener;
  }

  /** Where it listens, or did. */
  get address(): { readonly host: string; readonly port: number } {
    return this.#address;
  }

  /** Takes nobody any more. Sockets that were accepted are not its own. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without a listener an error of a socket nobody carries yet would end the process.
    socket.on('error', () => undefined);
    const status = this.#refusal(request);
    if (status !== undefined) {
      // A peer that never hangs up would keep its socket, and the server, for ever.
      socket.once('finish', () => socket.destroy());
      socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      return;
    }
    const { remoteAddress = '', remotePort = 0 } = request.socket;
    const host = remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress;
    this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#port.accepted(ws, `${host}:${remotePort}`));
  }

  #refusal({ url = '', headers }: IncomingMessage): string | undefined {
    if (url.split('?', 1)[0] !== WORKER_PATH) return '404 Not Found';
    // Every page of a browser on this machine can dial here; gateways are no pages.
    if (headers.origin !== undefined) return '403 Forbidden';
    const shown = digest(headers.authorization ?? '');
    if (!timingSafeEqual(shown, this.#token)) return '401 Unauthorized\r\nwww-authenticate: Bearer';
    return this.#port.open() ? undefined : '503 Service Unavailable';
  }
}

/** Of one length, so that comparing takes one time whatever was shown. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
