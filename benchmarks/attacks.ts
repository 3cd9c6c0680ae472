/**
 * What one hostile client costs the others: the longest a bystander's ping waits while a hostile message is taken in, and
 * what a client costs that asks and never reads; of the gateway, and of a bare ws server that parses and answers JSON.
 * Server and attacker have processes of their own; this one is the bystander. `npm run bench attacks`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';
import type { Attacked, Order } from './attacks/attacker.ts';
import { COALESCED, HOSTILE } from './attacks/hostile-messages.ts';
import type { Memory } from './idle/report-memory.ts';
import { hear } from './servers/hear.ts';

const KEY = 'benchmark-key-of-forty-characters-000000';
const ROUNDS = 5;
/** Pings before and after each attack: stalls that come late count too. */
const AROUND = 30;
/** A reader that reads nothing should be let go of by then. */
const PATIENCE_MS = 25_000;
const BAR_MS = 50;
const BAR_MB = 16;
const NONE = 'none';
const MESSAGES = [...Object.keys(HOSTILE), ...Object.keys(COALESCED)];
const PING = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });

interface Candidate {
  readonly name: string;
  readonly script: string;
  /** Asks for an answer of 64 KiB. */
  readonly question: 'call' | 'echo';
}

const CANDIDATES: readonly Candidate[] = [
  { name: 'ws + JSON', script: 'serve-echo.ts', question: 'echo' },
  { name: 'Callsheet', script: 'serve-gateway.ts', question: 'call' },
];

interface Figures {
  /** Milliseconds by hostile message, and without one: the longest wait of each round. */
  readonly stalls: ReadonlyMap<string, readonly number[]>;
  readonly unread: { readonly megabytes: number; readonly letGo: boolean };
}

function start(script: string, ...args: readonly string[]): ChildProcess {
  const file = fileURLToPath(new URL(`./attacks/${script}`, import.meta.url));
  const node = ['--expose-gc', '--import', 'tsx', '--conditions=source', file, ...args];
  const env = { ...process.env, CALLSHEET_ADMIN_KEY: KEY };
  return spawn(process.execPath, node, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env });
}

async function ask<T>(child: ChildProcess, question: Order | 'memory'): Promise<T> {
  child.send(question);
  return hear<T>(child);
}

/** Somebody who pings without a pause, and remembers the longest wait. */
class Bystander {
  readonly #socket: WebSocket;
  #longest = 0;
  #pings = 0;
  #sentAt = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', () => {
      this.#longest = Math.max(this.#longest, performance.now() - this.#sentAt);
      this.#pings += 1;
      this.#ping();
    });
    this.#ping();
  }

  static async at(url: string): Promise<Bystander> {
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${KEY}` }, perMessageDeflate: false });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new Bystander(socket);
  }

  /** The longest wait while the work was done, and for some pings before and after it. */
  async during(work: () => Promise<unknown>): Promise<number> {
    this.#longest = 0;
    await this.#some();
    await work();
    await this.#some();
    return this.#longest;
  }

  leave(): void {
    this.#socket.removeAllListeners('message');
    this.#socket.terminate();
  }

  async #some(): Promise<void> {
    const until = this.#pings + AROUND;
    while (this.#pings < until) await new Promise((resolve) => this.#socket.once('message', resolve));
  }

  #ping(): void {
    this.#sentAt = performance.now();
    this.#socket.send(PING);
  }
}

async function measure({ script, question }: Candidate): Promise<Figures> {
  const server = start(script);
  const { port } = await hear<{ port: number }>(server);
  const url = `ws://127.0.0.1:${port}/rpc`;
  const attacker = start('attacker.ts', url, KEY);
  await hear(attacker);
  try {
    const bystander = await Bystander.at(url);
    for (const message of MESSAGES) await ask<Attacked>(attacker, { message });
    const stalls = new Map<string, number[]>();
    const rounds = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      const waits: number[] = [];
      while (waits.length < ROUNDS) waits.push(await bystander.during(work));
      stalls.set(name, waits);
    };
    await rounds(NONE, () => new Promise((resolve) => setTimeout(resolve, 100)));
    for (const message of MESSAGES) await rounds(message, () => ask<Attacked>(attacker, { message }));
    bystander.leave();
    const before = await ask<Memory>(server, 'memory');
    await ask<Attacked>(attacker, { unread: question });
    // While it is still there: what it holds is what counts.
    const after = await ask<Memory>(server, 'memory');
    const { letGo } = await ask<Attacked>(attacker, { stay: PATIENCE_MS });
    return { stalls, unread: { megabytes: (after.rss - before.rss) / 1_000_000, letGo } };
  } finally {
    attacker.kill();
    server.disconnect();
  }
}

const figures: Figures[] = [];
for (const candidate of CANDIDATES) figures.push(await measure(candidate));
const [bare, ours] = figures;
/** The usual round: a stall a message really causes is there every time, one of a busy machine is not. */
const usual = (waits: readonly number[] = []): number => [...waits].sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
const shown = (ms: number): number => Number(ms.toFixed(1));
console.log(
  `Node ${process.version}; the longest a ping of somebody else waits, milliseconds, median of ${ROUNDS} rounds`,
);
console.table(
  [...(ours?.stalls ?? [])].map(([message, waits]) => ({
    message,
    [CANDIDATES[0]?.name ?? '']: shown(usual(bare?.stalls.get(message))),
    [CANDIDATES[1]?.name ?? '']: shown(usual(waits)),
    [`at most ${BAR_MS} ms`]: usual(waits) <= BAR_MS,
    'worst round': shown(Math.max(...waits)),
  })),
);
console.log('a client that asks for 4,000 answers of 64 KiB and reads none of them, after a garbage collection');
console.table(
  figures.map(({ unread }, index) => ({
    server: CANDIDATES[index]?.name,
    MB: Number(unread.megabytes.toFixed(1)),
    [`at most ${BAR_MB} MB`]: unread.megabytes <= BAR_MB,
    [`let go of within ${PATIENCE_MS / 1000} s`]: unread.letGo,
  })),
);
