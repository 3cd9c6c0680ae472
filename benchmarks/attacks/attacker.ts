// A client process that does the worst it can with one connection at a time, as the benchmark tells it over IPC.
import WebSocket from 'ws';
import { COALESCED, HOSTILE } from './hostile-messages.ts';

/**
 * `message` sends a hostile one and waits for what comes of it; `unread` asks for much and reads nothing, and `stay` goes on
 * not reading for so many milliseconds, or until it is let go of.
 */
export type Order = { readonly message: string } | { readonly unread: 'call' | 'echo' } | { readonly stay: number };

export interface Attacked {
  /** True when the server ended the connection. */
  readonly letGo: boolean;
}

const ANSWERS = 4_000;
const ANSWER_BYTES = 65_536;
/** Questions without an answer at once: what the gateway allows. */
const WINDOW = 64;
/** A server that does nothing for so long will do no more: its buffers are full, or it waits for us. */
const QUIET_MS = 2_000;
const [url = '', key = ''] = process.argv.slice(2);
let unread: WebSocket | undefined;

process.on('message', async (order: Order) => {
  if ('unread' in order) unread = await neverRead(order.unread);
  const letGo = 'message' in order ? await sendHostile(order.message) : 'stay' in order && (await stay(order.stay));
  process.send?.({ letGo } satisfies Attacked);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ letGo: false } satisfies Attacked);

async function connect(): Promise<WebSocket> {
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${key}` }, perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('error', () => {});
  return socket;
}

/** Resolves with the first answer, or with the end of the connection. */
async function sendHostile(name: string): Promise<boolean> {
  const text = (HOSTILE[name] ?? COALESCED[name])?.() ?? '';
  const socket = await connect();
  if (COALESCED[name] !== undefined) await agreeToCoalesce(socket);
  const letGo = await new Promise<boolean>((resolve) => {
    socket.once('message', () => resolve(false));
    socket.once('close', () => resolve(true));
    socket.send(text);
  });
  socket.terminate();
  return letGo;
}

/** Resolves with the answer to the opening. */
function agreeToCoalesce(socket: WebSocket): Promise<void> {
  const params = { capabilities: { coalesce: true } };
  socket.send(JSON.stringify({ jsonrpc: '2.0', id: 'opening', method: 'session/open', params }));
  return new Promise((resolve) => socket.once('message', () => resolve()));
}

/** Answers the connection when everything is asked, or when the server takes nothing more from it. */
async function neverRead(question: 'call' | 'echo'): Promise<WebSocket> {
  const socket = await connect();
  socket.pause();
  const echo = JSON.stringify('x'.repeat(ANSWER_BYTES));
  const params = { name: 'diagnostics_blob', arguments: { bytes: ANSWER_BYTES } };
  const call = (id: number): string => JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params });
  for (let asked = 0; asked < ANSWERS; asked += 1) {
    const taken = said(socket, question === 'echo' ? echo : call(asked % WINDOW));
    const quiet = new Promise<'quiet'>((resolve) => setTimeout(resolve, QUIET_MS, 'quiet'));
    if ((await Promise.race([taken, quiet])) !== 'taken') break;
  }
  return socket;
}

/** Resolves when the bytes have left, or cannot leave any more. */
function said(socket: WebSocket, text: string): Promise<'taken' | 'gone'> {
  return new Promise((resolve) => socket.send(text, (error) => resolve(error ? 'gone' : 'taken')));
}

/** Writes a little now and then: a connection the other side let go of says so only to who writes. */
async function stay(ms: number): Promise<boolean> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    const next = new Promise<'next'>((resolve) => setTimeout(resolve, 200, 'next'));
    if (unread === undefined || (await Promise.race([said(unread, '[]'), next])) === 'gone') return true;
    await next;
  }
  return false;
}
