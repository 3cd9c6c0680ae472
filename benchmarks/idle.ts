/**
 * What a connection costs that does nothing: memory per connection of a bare ws server and of the gateway with open,
 * authenticated sessions, and what ten thousand connections leave behind when they are gone. Each server has a process
 * of its own, and so has the client, because the limit on open files is per process. `npm run bench idle`
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Order, Report } from './idle/hold.ts';
import type { Memory } from './idle/report-memory.ts';
import { hear } from './servers/hear.ts';

const WANTED = Number(process.env.CONNECTIONS ?? 10_000);
/**
 * So that what is only made once is not counted. Few: memory that was used and given back inside the process would be
 * used again by the connections, and they would seem to cost nothing.
 */
const WARM_UP = 200;
/** Open files of a process besides its connections. */
const OTHER_FILES = 200;
const RAISE = `ulimit -n ${WANTED + OTHER_FILES} 2>/dev/null || ulimit -n "$(ulimit -H -n)"`;
const allowed = Number(spawnSync('sh', ['-c', `${RAISE}; ulimit -n`], { encoding: 'utf8' }).stdout);
const CONNECTIONS = Math.min(WANTED, allowed - OTHER_FILES);
const KEY = 'benchmark-key-of-forty-characters-000000';

interface Candidate {
  readonly name: string;
  readonly script: string;
  /** Sent on every connection first; its answer is waited for. */
  readonly opening?: string;
}

const CANDIDATES: readonly Candidate[] = [
  { name: 'ws', script: 'serve-ws.ts' },
  { name: 'Callsheet', script: 'serve-gateway.ts', opening: openingWith({}) },
  {
    name: 'Callsheet, all capabilities',
    script: 'serve-gateway.ts',
    opening: openingWith({ coalesce: true, events: true, resume: true }),
  },
];

function openingWith(capabilities: object): string {
  const params = { auth: { type: 'apiKey', apiKey: KEY }, capabilities };
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'session/open', params });
}

/** Starts a script with as many open files as it will need, or as many as are allowed. */
function start(script: string, ...args: readonly string[]): ChildProcess {
  const file = fileURLToPath(new URL(`./idle/${script}`, import.meta.url));
  const node = [process.execPath, '--expose-gc', '--import', 'tsx', file, ...args];
  const env = { ...process.env, CALLSHEET_ADMIN_KEY: KEY };
  return spawn('sh', ['-c', `${RAISE}; exec "$@"`, 'sh', ...node], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env,
  });
}

async function ask<T>(child: ChildProcess, question: Order | 'memory'): Promise<T> {
  child.send(question);
  return hear<T>(child);
}

interface Figures {
  readonly name: string;
  readonly open: number;
  /** Bytes per open connection. */
  readonly rss: number;
  readonly heap: number;
  /** Bytes of live objects after as many connections came and went. */
  readonly left: number;
}

async function measure({ name, script, opening = '' }: Candidate): Promise<Figures> {
  const server = start(script);
  const { port } = await hear<{ port: number }>(server);
  const client = start('hold.ts', `ws://127.0.0.1:${port}/rpc`, opening);
  await hear<Report>(client);
  try {
    await order(client, { cycle: WARM_UP });
    const empty = await ask<Memory>(server, 'memory');
    const { open } = await order(client, { open: CONNECTIONS });
    const holding = await ask<Memory>(server, 'memory');
    await order(client, { close: true });
    const before = await ask<Memory>(server, 'memory');
    await order(client, { cycle: CONNECTIONS });
    const after = await ask<Memory>(server, 'memory');
    return {
      ...{ name, open, left: after.heapUsed - before.heapUsed },
      rss: (holding.rss - empty.rss) / open,
      heap: (holding.heapUsed - empty.heapUsed) / open,
    };
  } finally {
    client.kill();
    server.disconnect();
  }
}

async function order(client: ChildProcess, what: Order): Promise<Report> {
  const report = await ask<Report>(client, what);
  if (report.fault !== undefined) console.log(`opened ${report.open} connections, no more: ${report.fault}`);
  return report;
}

if (CONNECTIONS < WANTED) console.log(`only ${CONNECTIONS} connections: a process may open ${allowed} files here`);
const figures: Figures[] = [];
for (const candidate of CANDIDATES) figures.push(await measure(candidate));
const KB = 1_000;
console.log(
  `Node ${process.version}; idle connections after a garbage collection, and ${CONNECTIONS} that came and went`,
);
console.table(
  figures.map(({ name, open, rss, heap, left }) => ({
    server: name,
    connections: open,
    'KB each': Number((rss / KB).toFixed(1)),
    'beside ws': `${(rss / (figures[0]?.rss ?? Number.NaN)).toFixed(2)}×`,
    'of it heap, KB': Number((heap / KB).toFixed(1)),
    'at most 10 KB': rss <= 10 * KB,
    'left behind, MB': Number((left / 1_000_000).toFixed(2)),
    'within ± 2 MB': Math.abs(left) <= 2_000_000,
  })),
);
