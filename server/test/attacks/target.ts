import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'smol-toml';
import type { GatewaySettings } from '../../src/start-gateway.ts';
import { type Command, command } from '../gateway/running.ts';

/** Opens everything; every target knows it. */
export const ADMIN = 'the-admin-key-of-the-attacked-gateway';
/** Of somebody with the role `user`, and of somebody else with it. */
export const BOB = 'the-key-of-bob-the-user-of-the-gateway';
export const MALLORY = 'the-key-of-mallory-another-such-user-0';
export const VIEWER = 'the-key-of-eve-who-may-only-look-0000';
/** Signs tokens. */
export const TOKEN_SECRET = 'a-secret-for-tokens-that-only-tests-have';
/** Signs requests, as the client «studio». */
export const HMAC_SECRET = 'a-secret-for-signatures-that-only-tests-have';

/** A gateway in a process of its own, to be attacked from outside. */
export interface Target {
  /** Of the native door. */
  readonly url: string;
  readonly httpUrl: string;
  readonly port: number;
  readonly folder: string;
  readonly settingsFile: string;
  readonly running: Command;
}

const DEFAULTS: GatewaySettings = {
  auth: {
    admin_key: ADMIN,
    jwt_secret: TOKEN_SECRET,
    api_keys: {
      bob: { key: BOB, role: 'user' },
      mallory: { key: MALLORY, role: 'user' },
      eve: { key: VIEWER, role: 'viewer' },
    },
    hmac_clients: { studio: { secret: HMAC_SECRET, role: 'user' } },
  },
  // Attackers of one machine come from any address they like to name.
  server: { trusted_proxies: ['127.0.0.1'] },
  jobs: { cpu_slots: 1 },
  tools: { diagnostics: true },
  ollama: { detect: false },
  rate: { calls: 1_000_000, burst: 1_000_000, connection: 'off' },
  log: { level: 'debug' },
};

/**
 * One gateway for all tests of the suite this is called in; ask inside the tests. Settings add to ours, section by
 * section; a function is asked for them when the gateway starts.
 */
export function useTarget(
  settings: GatewaySettings | (() => GatewaySettings) = {},
  env: Record<string, string> = {},
): () => Target {
  let target: Target | undefined;
  before(async () => {
    target = await startTarget(typeof settings === 'function' ? settings() : settings, env);
  });
  after(async () => {
    if (target !== undefined) await stopTarget(target);
  });
  return () => {
    if (target === undefined) throw new Error('there is no gateway yet: ask inside a test');
    return target;
  };
}

async function startTarget(settings: GatewaySettings, env: Record<string, string>): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'callsheet-attacked-'));
  const settingsFile = join(folder, 'callsheet.toml');
  const sections: Record<string, object> = { ...DEFAULTS };
  for (const [name, section] of Object.entries(settings)) sections[name] = { ...sections[name], ...section };
  sections.server = { ...sections.server, port: 0, data_dir: join(folder, 'data') };
  await writeFile(settingsFile, stringify(sections));
  const running = command(['start', '--config', settingsFile], env);
  const [, url = ''] = await running.says(/WebSocket {2}(ws:\S+)/).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const { port } = new URL(url);
  return { url, httpUrl: `http://127.0.0.1:${port}`, port: Number(port), folder, settingsFile, running };
}

async function stopTarget({ running, folder }: Target): Promise<void> {
  running.child.kill('SIGKILL');
  await running.exit;
  await rm(folder, { recursive: true, force: true });
}

/** Everything the gateway wrote, to both of its outputs. */
export function writtenBy({ running }: Target): string {
  const { stdout, stderr } = running.output();
  return stdout + stderr;
}

/** True on Linux, where a process can be asked how much memory it has and had. */
export const CAN_MEASURE_MEMORY = process.platform === 'linux';

/** Readings in a row that show the same, and how long after each other, when nothing grows any more. */
const STILL = 6;
const STILL_MS = 100;

/**
 * Megabytes by which the gateway grows at most while something is done to it; 0 where that cannot be measured. What it loads
 * and compiles after its start is waited for first.
 */
export async function memoryAddedBy(target: Target, deed: () => Promise<void>): Promise<number> {
  if (!CAN_MEASURE_MEMORY) {
    await deed();
    return 0;
  }
  const before = await settledMemory(target);
  forgetPeak(target);
  await deed();
  return memoryOf(target).peak - before;
}

/** Megabytes once they have stopped growing. */
async function settledMemory(target: Target): Promise<number> {
  let most = memoryOf(target).now;
  for (let still = 0; still < STILL; still += 1) {
    await pause(STILL_MS);
    const { now } = memoryOf(target);
    if (now > most + 1) still = -1;
    most = Math.max(most, now);
  }
  return memoryOf(target).now;
}

/** Megabytes of the gateway in the machine's memory, now and at most since `forgetPeak` (proc(5)). */
function memoryOf({ running }: Target): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${running.child.pid}/status`, 'utf8');
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return { now: kilobytes('VmRSS') / 1024, peak: kilobytes('VmHWM') / 1024 };
}

/** Lets the peak begin where the memory is now. */
function forgetPeak({ running }: Target): void {
  writeFileSync(`/proc/${running.child.pid}/clear_refs`, '5');
}
