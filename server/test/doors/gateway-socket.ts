import { createSecretKey } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import WebSocket from 'ws';
import { makeApiKey } from '../../src/auth/api-key.ts';
import { Authenticator } from '../../src/auth/authenticate.ts';
import { hashKey, KeyRing } from '../../src/auth/key-ring.ts';
import { systemClock } from '../../src/clock.ts';
import { refuseUpgrade } from '../../src/doors/refuse-upgrade.ts';
import { WebSocketDoor, type WebSocketDoorOptions } from '../../src/doors/websocket.ts';
import { ConnectionCaps, type ConnectionLimits } from '../../src/limits/connection-caps.ts';
import type { Method } from '../../src/methods/method.ts';
import { sessionMethods } from '../../src/methods/session.ts';
import type { House } from '../../src/session/house.ts';
import { HERE, houseOf } from '../session/talk.ts';

export interface OpenDoor {
  readonly door: WebSocketDoor;
  readonly url: string;
  readonly port: number;
  readonly key: string;
  readonly close: () => Promise<void>;
}

/** A real door on a free port, with one good key. */
export async function openDoor(
  methods: Record<string, Method> = {},
  changes: { house?: Partial<House>; door?: Partial<WebSocketDoorOptions>; caps?: Partial<ConnectionLimits> } = {},
): Promise<OpenDoor> {
  const key = makeApiKey('test').text;
  const pepper = createSecretKey(Buffer.alloc(32, 7));
  const alice = { kid: 'alice', hash: hashKey(key, pepper), name: 'alice', role: 'admin', createdAt: '' };
  const ring = new KeyRing(pepper, [{ ...alice, status: 'active' }]);
  const authenticator = new Authenticator({
    guard: { check: () => {}, failed: () => {} },
    admitOrigin: () => {},
    onRefused: () => {},
    checks: {
      key: (text) => ring.identify(text),
      token: () => undefined,
      signature: () => undefined,
      ticket: () => undefined,
    },
  });
  const base = houseOf({}, changes.house);
  const opening = sessionMethods({
    authenticate: (credential, at) => authenticator.fromCredential(credential, at),
    limits: base.limits,
    maxInFlight: base.maxInFlight,
    heartbeatMs: 25_000,
    server: { name: 'callsheet', version: '0.0.0' },
    gateways: () => [],
  });
  const house = houseOf({ ...opening, ...methods }, { defer: process.nextTick, clock: systemClock, ...changes.house });
  const door = new WebSocketDoor({
    house,
    arrive: (request) => ({ ...HERE, path: (request.url ?? '').split('?')[0] ?? '', host: 'localhost' }),
    identify: (headers, connection) => authenticator.fromHeaders(headers, connection),
    refuse: (socket, error) => refuseUpgrade(socket, error),
    caps: new ConnectionCaps({
      maxConnections: 100,
      maxPerPrincipal: 100,
      maxWaitingPerAddress: 100,
      openingTimeoutMs: 5_000,
      ...changes.caps,
    }),
    slowReader: { pauseReadingBytes: 1_048_576, giveUpBytes: 4_194_304, giveUpMs: 10_000 },
    openingTimeoutMs: 5_000,
    heartbeatMs: 25_000,
    heartbeatTimeoutMs: 10_000,
    newSessionId: () => 'ses_test',
    ...changes.door,
  });
  const server: Server = createServer();
  door.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    door,
    port,
    key,
    url: `ws://127.0.0.1:${port}/rpc`,
    close: async () => {
      await door.closeAll(1001, 'test over', 0);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A client that queues what it hears, so that no test ever waits for a time. */
export class Peer {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly opened: Promise<void>;
  readonly #heard: unknown[] = [];
  readonly #waiting: ((message: unknown) => void)[] = [];

  constructor(url: string, options: WebSocket.ClientOptions & { protocols?: string[] } = {}) {
    this.socket = new WebSocket(url, options.protocols ?? [], options);
    this.socket.on('message', (data) => {
      const message: unknown = JSON.parse(String(data));
      const waiter = this.#waiting.shift();
      if (waiter) waiter(message);
      else this.#heard.push(message);
    });
    this.closed = new Promise((resolve) =>
      this.socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
    this.opened = new Promise((resolve, reject) => {
      this.socket.on('open', () => resolve());
      this.socket.on('error', reject);
    });
    this.opened.catch(() => {});
  }

  /** The next frame, parsed. */
  hear(): Promise<unknown> {
    if (this.#heard.length > 0) return Promise.resolve(this.#heard.shift());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Sends a text or an object, answers the next frame. */
  async say(message: string | object): Promise<unknown> {
    await this.opened;
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    return this.hear();
  }

  async leave(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

export function withKey(door: OpenDoor, protocols: string[] = []): Peer {
  return new Peer(door.url, { headers: { authorization: `Bearer ${door.key}` }, protocols });
}
