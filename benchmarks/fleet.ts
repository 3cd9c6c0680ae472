/**
 * What a fleet costs the gateway that does not call it: how long 500 workers with 20 tools each take to register, and what
 * their heartbeats cost afterwards; beside a ws server that answers the same frames and remembers nothing. Server and
 * workers are processes of their own. `npm run bench fleet`
 */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connect } from '@callsheet/sdk-node';
import type { Joined } from './fleet/dial-in.ts';
import { hear } from './servers/hear.ts';

const WORKERS = Number(process.env.WORKERS ?? 500);
const TOOLS = Number(process.env.TOOLS ?? 20);
const IDLE_MS = Number(process.env.IDLE_MS ?? 20_000);
/** What came in with the registrations is settled by then: garbage collected, code compiled. */
const SETTLE_MS = 5_000;
const KEY = 'benchmark-key-of-forty-characters-000000';

const CANDIDATES = [
  { name: 'ws, heartbeats answered', script: 'serve-floor.ts' },
  { name: 'Callsheet', script: 'serve-gateway.ts' },
] as const;

interface Figures {
  readonly name: string;
  readonly joinedMs: number;
  /** Processor time while they joined, and its share of a core while they were idle. */
  readonly joiningCpuMs: number;
  readonly idleShare: number;
}

function start(script: string, ...args: readonly string[]): ChildProcess {
  const env = { ...process.env, CALLSHEET_ADMIN_KEY: KEY };
  return fork(fileURLToPath(new URL(`./fleet/${script}`, import.meta.url)), args, { env });
}

async function cpuMs(server: ChildProcess): Promise<number> {
  server.send('cpu');
  return (await hear<{ cpuMicros: number }>(server)).cpuMicros / 1_000;
}

async function measure({ name, script }: (typeof CANDIDATES)[number]): Promise<Figures> {
  const server = start(script);
  const { port } = await hear<{ port: number }>(server);
  const url = `ws://127.0.0.1:${port}/rpc`;
  const fleet = start('dial-in.ts', url, `${KEY}-of-workers`, String(WORKERS), String(TOOLS));
  await hear<object>(fleet);
  try {
    const before = await cpuMs(server);
    fleet.send('join');
    const { ms } = await hear<Joined>(fleet);
    const joined = await cpuMs(server);
    if (script === 'serve-gateway.ts') await expectReady(url);
    await pause(SETTLE_MS);
    const [idleAt, idle] = [performance.now(), await cpuMs(server)];
    await pause(IDLE_MS);
    const idleShare = ((await cpuMs(server)) - idle) / (performance.now() - idleAt);
    if (script === 'serve-gateway.ts') await expectReady(url);
    return { name, joinedMs: ms, joiningCpuMs: joined - before, idleShare };
  } finally {
    fleet.disconnect();
    server.disconnect();
  }
}

/** The figures are of a fleet that is really there, and well: asked before and after. */
async function expectReady(url: string): Promise<void> {
  const client = await connect({ url, auth: { type: 'apiKey', apiKey: KEY } });
  const { workers } = await client.request<{
    workers: { name: string; available: boolean; tools: unknown[] }[];
  }>('services/list');
  await client.close();
  const ready = workers.filter(
    ({ name, available, tools }) => name.startsWith('worker-') && available && tools.length === TOOLS,
  );
  if (ready.length !== WORKERS) throw new Error(`only ${ready.length} of ${WORKERS} workers are ready`);
}

const figures: Figures[] = [];
for (const candidate of CANDIDATES) figures.push(await measure(candidate));
const floor = figures[0];
console.log(`Node ${process.version}; ${WORKERS} workers, ${TOOLS} tools each, one heartbeat of each in 5 s`);
console.table(
  figures.map(({ name, joinedMs, joiningCpuMs, idleShare }) => ({
    server: name,
    'all registered, s': Number((joinedMs / 1_000).toFixed(2)),
    'at most 2 s': joinedMs <= 2_000,
    'its processor time, s': Number((joiningCpuMs / 1_000).toFixed(2)),
    'idle, % of a core': Number((idleShare * 100).toFixed(2)),
    'beside ws': `${(idleShare / (floor?.idleShare ?? Number.NaN)).toFixed(2)}×`,
    'at most 5 %': idleShare <= 0.05,
  })),
);
