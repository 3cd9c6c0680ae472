import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { childEnv } from '../child-env.ts';
import { until } from './until.ts';

/** A server of somebody else's that a test started. */
export interface ForeignProgram {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  get(path: string, parameters?: Readonly<Record<string, string>>): Promise<unknown>;
  /** Ends it, whatever state it is in. */
  stop(): Promise<void>;
}

/** Why these programs cannot be run here; undefined when they can. */
export function missing(...programs: readonly string[]): string | undefined {
  const absent = programs.filter((program) => spawnSync(program, ['--version']).error !== undefined);
  return absent.length === 0 ? undefined : `not installed: ${absent.join(', ')}`;
}

/**
 * Starts a program that listens where it is told and answers at `/-/ready`. It is told a port that was free a moment ago, since
 * it would not say which one it took by itself.
 */
export async function startProgram(
  program: string,
  args: (address: string) => readonly string[],
  folder: string,
): Promise<ForeignProgram> {
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(program, args(address), { cwd: folder, env: childEnv, stdio: ['ignore', 'ignore', 'pipe'] });
  const url = `http://${address}`;
  let said = '';
  child.stderr.on('data', (data) => {
    said = `${said}${data}`.slice(-4_000);
  });
  const stop = (): Promise<void> => end(child);
  try {
    await until(`${program} to be ready`, async () => {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}:\n${said}`);
      const { ok } = await fetch(`${url}/-/ready`);
      return ok || undefined;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop, get: (path, parameters = {}) => get(`${url}${path}`, parameters) };
}

async function get(url: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
  const response = await fetch(`${url}?${new URLSearchParams(parameters)}`, { signal: AbortSignal.timeout(5_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('Cannot find a free port');
  return address.port;
}
