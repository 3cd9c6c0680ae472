// Hands 100 MB of calls to a client whose server has stopped reading, in a process of its own.
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type NodeClient } from '@callsheet/sdk-node';
import { Client } from 'rpc-websockets';
import { io } from 'socket.io-client';
import WebSocket from 'ws';

export interface Stalled {
  /** Bytes the client handed to its socket that have not left the process; undefined where it does not say. */
  readonly buffered: number | undefined;
  /** More of the process's memory than before. */
  readonly rss: number;
  readonly begun: number;
  readonly refused: number;
}

interface Filled {
  call(n: number): unknown;
  /** Resolves when more may come. */
  ready?(): Promise<void>;
  buffered?(): number;
}

const CALLS = 1_000;
const TEXT = 'x'.repeat(100_000);
const [name, port = ''] = process.argv.slice(2);
const url = `ws://127.0.0.1:${port}/rpc`;
let refused = 0;

async function callsheet(): Promise<Filled & { readonly client: NodeClient }> {
  const client = await connect({ url });
  return {
    client,
    call: () =>
      client.call('echo', { text: TEXT }).catch(() => {
        refused += 1;
      }),
    buffered: () => client.stats().connections.reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0),
  };
}

/** Each begins a call and says what the client keeps back. */
const CLIENTS: Readonly<Record<string, () => Promise<Filled>>> = {
  'raw ws': async () => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await new Promise((resolve) => socket.once('open', resolve));
    return {
      call: (n) => socket.send(JSON.stringify({ jsonrpc: '2.0', id: n, method: 'echo', params: { text: TEXT } })),
      buffered: () => socket.bufferedAmount,
    };
  },
  'rpc-websockets': async () => {
    const client = new Client(url);
    await new Promise<void>((resolve) => client.on('open', resolve));
    return { call: () => client.call('echo', { text: TEXT }).catch(() => undefined) };
  },
  'socket.io-client': async () => {
    const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
    await new Promise<void>((resolve) => socket.on('connect', resolve));
    return { call: () => socket.emitWithAck('echo', { text: TEXT }).catch(() => undefined) };
  },
  Callsheet: callsheet,
  'Callsheet, awaiting ready()': async () => {
    const { client, ...filled } = await callsheet();
    return { ...filled, ready: () => client.ready() };
  },
};

const open = CLIENTS[name ?? ''];
if (open === undefined) throw new Error(`there is no client "${name}"`);
const { call, ready, buffered } = await open();
globalThis.gc?.();
const before = process.memoryUsage.rss();
process.send?.({});
// Now the server stops reading.
await new Promise((resolve) => process.once('message', resolve));
let begun = 0;
while (begun < CALLS && (await mayGoOn())) {
  call(begun);
  begun += 1;
  if (begun % 10 === 0) await pause(1);
}
await pause(500);
process.send?.({ buffered: buffered?.(), rss: process.memoryUsage.rss() - before, begun, refused } satisfies Stalled);
await new Promise((resolve) => process.once('disconnect', resolve));
process.exit(0);

/** False where the client asks to wait for longer than anybody would. */
async function mayGoOn(): Promise<boolean> {
  if (ready === undefined) return true;
  return Promise.race([ready().then(() => true), pause(500, false)]);
}
