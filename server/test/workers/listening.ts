import type { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';

/** A connection somebody dialled, from the side that was dialled. Queues what it hears. */
export class Dialled {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #heard: Queue<Record<string, unknown>> = new Queue();

  constructor(socket: WebSocket, request: IncomingMessage) {
    this.socket = socket;
    this.request = request;
    socket.on('message', (data) => this.#heard.put(JSON.parse(String(data))));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) =>
      socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
  }

  /** The next message it is sent. */
  hear(): Promise<Record<string, unknown>> {
    return this.#heard.take();
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Says something and answers what comes next. */
  ask(message: unknown): Promise<Record<string, unknown>> {
    this.say(message);
    return this.hear();
  }

  /** Resolves when the other side has read everything that was said before. */
  async read(): Promise<void> {
    const pong = new Promise((resolve) => this.socket.once('pong', resolve));
    this.socket.ping();
    await pong;
  }

  get headers(): IncomingMessage['headers'] {
    return this.request.headers;
  }
}

export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Connections so far, those that came to nothing included. */
  readonly arrivals: number;
  /** The next one who got through the opening. */
  accept(): Promise<Dialled>;
  close(): Promise<void>;
}

/** A WebSocket server on a free port of this machine; `refuse` may answer an upgrade in its own way and says so. */
export async function listening(
  options: ServerOptions & { readonly refuse?: (socket: Socket, request: IncomingMessage) => boolean } = {},
  http: Server = createServer(),
): Promise<Listening> {
  const { refuse, ...forWs } = options;
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, ...forWs });
  const accepted: Queue<Dialled> = new Queue();
  const open = new Set<Socket>();
  let arrivals = 0;
  (http as EventEmitter).on('connection', (socket: Socket) => {
    arrivals += 1;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
  });
  http.on('upgrade', (request, socket, head) => {
    if (refuse?.(socket as Socket, request) === true) return;
    server.handleUpgrade(request, socket, head, (peer) => accepted.put(new Dialled(peer, request)));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/worker`,
    port,
    get arrivals() {
      return arrivals;
    },
    accept: () => accepted.take(),
    close: async () => {
      const closed = new Promise((resolve) => http.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Things that come, and those who wait for them. */
export class Queue<T> {
  readonly #here: T[] = [];
  readonly #waiting: ((thing: T) => void)[] = [];

  put(thing: T): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#here.push(thing);
    else waiter(thing);
  }

  take(): Promise<T> {
    const [first] = this.#here.splice(0, 1);
    return first === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(first);
  }
}

/** Lets the event loop turn until something is so; the time a test may take bounds it. */
export async function comesTrue(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => setImmediate(resolve));
}
