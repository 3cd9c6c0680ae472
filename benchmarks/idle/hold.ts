// A client process that opens many connections, holds them, and lets them go, as the benchmark tells it over IPC.
import WebSocket from 'ws';

/** `open` and `cycle` say how many; `close` ends all that are open. */
export type Order = { readonly open: number } | { readonly cycle: number } | { readonly close: true };

export interface Report {
  /** Connections that are open now. */
  readonly open: number;
  /** Why there are not more. */
  readonly fault?: string;
}

/** Connection attempts at once: more would only wait in the listener's queue. */
const AT_ONCE = 64;
const [url = '', opening = ''] = process.argv.slice(2);
const held = new Set<WebSocket>();
let fault: string | undefined;

process.on('message', async (order: Order) => {
  fault = undefined;
  if ('open' in order) await many(order.open, connect);
  else if ('cycle' in order) await many(order.cycle, async () => disconnect(await connect()));
  else await Promise.all([...held].map(disconnect));
  process.send?.({ open: held.size, ...(fault !== undefined && { fault }) } satisfies Report);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ open: 0 } satisfies Report);

async function many(count: number, work: () => Promise<unknown>): Promise<void> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0 && fault === undefined) {
      left -= 1;
      await work().catch((error: unknown) => {
        fault = String(error);
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Connects and, where an opening message was given, waits for its answer. */
function connect(): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const ready = (): void => {
      held.add(socket);
      resolve(socket);
    };
    socket.once('error', reject);
    socket.once('close', (code) => {
      held.delete(socket);
      reject(new Error(`the server closed the connection: ${code}`));
    });
    socket.once('open', () => {
      if (opening === '') ready();
      else socket.send(opening);
    });
    socket.once('message', (data) => {
      if (String(data).includes('"result"')) ready();
      else reject(new Error(String(data)));
    });
  });
}

function disconnect(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.close(1000);
  });
}
