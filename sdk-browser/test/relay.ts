import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A wire between a page and a gateway that a test can damage. */
export interface Relay {
  readonly port: number;
  /** `ws://127.0.0.1:<port>/rpc` */
  readonly url: string;
  /** Connections a client has to this relay now. */
  readonly open: number;
  /** How many were ever taken. */
  readonly taken: number;
  /** Resolves when a connection was taken or has ended. */
  changed(): Promise<void>;
  /**
   * Half-open: from now on both sides' bytes are swallowed and nobody hears that the other is gone. Connections of this
   * time stay dead for good, as bytes of theirs are lost; new ones are taken and never answered.
   */
  stall(): void;
  /** Serves new connections again. */
  resume(): void;
  /** Resets every connection (RST), as a router that forgot them does. New ones are served. */
  cut(): void;
  close(): Promise<void>;
}

/** Listens on a free port of this machine and passes everything on to `port`. */
export async function startRelay(port: number): Promise<Relay> {
  const pairs = new Map<Socket, Socket>();
  const waiting: (() => void)[] = [];
  const change = (): void => {
    for (const tell of waiting.splice(0)) tell();
  };
  let stalled = false;
  let taken = 0;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    taken += 1;
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    pairs.set(near, far);
    near.once('close', () => {
      pairs.delete(near);
      change();
    });
    join(near, far);
    join(far, near);
    if (stalled) deaden(near, far);
    change();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = (server.address() as AddressInfo).port;
  const cut = (): void => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  };
  return {
    port: own,
    url: `ws://127.0.0.1:${own}/rpc`,
    get open() {
      return pairs.size;
    },
    get taken() {
      return taken;
    },
    changed: () => new Promise((resolve) => waiting.push(resolve)),
    stall() {
      stalled = true;
      for (const [near, far] of pairs) deaden(near, far);
    },
    resume() {
      stalled = false;
    },
    cut,
    async close() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}

/** Passes on bytes, ends and resets. */
function join(from: Socket, to: Socket): void {
  from.setNoDelay();
  from.pipe(to);
  // `close` follows every error; the other side is reset as this one was.
  from.on('error', () => to.resetAndDestroy());
}

function deaden(...sockets: Socket[]): void {
  for (const socket of sockets) {
    socket.unpipe();
    socket.removeAllListeners('error');
    socket.on('error', () => undefined);
    socket.resume();
  }
}
