import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import WebSocket from 'ws';

export interface LoadShape {
  readonly connections: number;
  readonly inFlight: number;
  /** Send what became free in one turn as one array, as a client does that agreed to coalesce. */
  readonly frames: boolean;
  /** Each call under an idempotency key of its own, whose outcome is then on disk before it is answered. */
  readonly keyed?: boolean;
}

export interface LoadResult {
  readonly calls: number;
  readonly seconds: number;
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
}

const request = (id: number, meta = ''): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"diagnostics_echo","arguments":{"value":{"text":"a small call, as most are","n":${id}}}${meta}}}`;

/** Keeps a number of calls in flight for a while and counts the answers; every answer is parsed and matched by id. */
export async function load(
  port: number,
  shape: LoadShape,
  key: string | undefined,
  milliseconds: number,
): Promise<LoadResult> {
  const clients = await Promise.all(Array.from({ length: shape.connections }, () => connect(port, key, shape.frames)));
  const waits: number[] = [];
  let calls = 0;
  let running = true;
  const stopped = clients.map(
    ({ socket, stream }) =>
      new Promise<void>((resolve) => {
        const sent = new Map<number, number>();
        let next = 1;
        const ask = (count: number): void => {
          const texts: string[] = [];
          for (let call = 0; call < count; call++) {
            sent.set(next, performance.now());
            texts.push(request(next++, shape.keyed === true ? `,"_meta":{"idempotencyKey":"${randomUUID()}"}` : ''));
          }
          if (shape.frames && texts.length > 1) {
            for (let at = 0; at < texts.length; at += 50) socket.send(`[${texts.slice(at, at + 50).join(',')}]`);
          } else for (const text of texts) socket.send(text);
        };
        // Answers of one packet arrive in one turn; what they free is asked for in one write, by every candidate alike.
        let freed = 0;
        const askAgain = (): void => {
          const count = freed;
          freed = 0;
          if (!running || count === 0) return;
          stream.cork();
          ask(count);
          stream.uncork();
        };
        socket.on('message', (data) => {
          const parsed = JSON.parse(String(data)) as { id: number; error?: object } | { id: number; error?: object }[];
          for (const answer of Array.isArray(parsed) ? parsed : [parsed]) {
            if (answer.error !== undefined) throw new Error(JSON.stringify(answer));
            const began = sent.get(answer.id);
            if (began === undefined) throw new Error(`an answer to ${answer.id}, which nobody asked`);
            sent.delete(answer.id);
            if (running) {
              calls += 1;
              if ((calls & 15) === 0) waits.push((performance.now() - began) * 1000);
            }
            if (freed === 0) process.nextTick(askAgain);
            freed += 1;
          }
          if (!running && sent.size === 0) resolve();
        });
        ask(shape.inFlight);
      }),
  );
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  running = false;
  const seconds = (performance.now() - began) / 1000;
  await Promise.all(stopped);
  for (const { socket } of clients) socket.terminate();
  waits.sort((a, b) => a - b);
  const at = (share: number): number => waits[Math.floor((waits.length - 1) * share)] ?? Number.NaN;
  return { calls, seconds, p50: at(0.5), p99: at(0.99) };
}

interface Client {
  readonly socket: WebSocket;
  readonly stream: Duplex;
}

async function connect(port: number, key: string | undefined, frames: boolean): Promise<Client> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers, perMessageDeflate: false });
  const stream = await new Promise<Duplex>((resolve, reject) => {
    let tcp: Duplex | undefined;
    socket.once('upgrade', (response) => {
      tcp = response.socket;
    });
    socket.once('open', () => (tcp === undefined ? reject(new Error('no socket below')) : resolve(tcp)));
    socket.once('error', reject);
  });
  if (key !== undefined && frames) {
    const opening = { jsonrpc: '2.0', id: 0, method: 'session/open', params: { capabilities: { coalesce: true } } };
    socket.send(JSON.stringify(opening));
    await new Promise((resolve) => socket.once('message', resolve));
  }
  return { socket, stream };
}
