import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What the gateways of these benchmarks take for a credential. */
export const KEY = 'benchmark-key-of-forty-characters-000000';

/** A server in a process of its own, which tells how much processor time it has used. */
export interface Served {
  readonly child: ChildProcess;
  readonly port: number;
}

const canPin = spawnSync('taskset', ['--version']).status === 0;

/** Keeps this process, which makes the load, away from the core of the servers, where `taskset` exists. */
export function pinLoad(): void {
  if (canPin) spawnSync('taskset', ['-cp', '1', String(process.pid)]);
}

/** Starts a script of this folder. */
export async function serve(script: string, args: readonly string[] = []): Promise<Served> {
  const path = fileURLToPath(new URL(`./${script}`, import.meta.url));
  // Without the `source` condition: what is measured is what users install, not what the test runner transforms.
  const node = [process.execPath, '--import', 'tsx', path, ...args];
  const [command = '', ...rest] = canPin ? ['taskset', '-c', '0', ...node] : node;
  const env = { ...process.env, CALLSHEET_ADMIN_KEY: KEY };
  const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { child, port };
}

/** Microseconds of processor time since its start. */
export async function cpuMicros({ child }: Served): Promise<number> {
  child.send('cpu');
  const [answer] = (await once(child, 'message')) as [{ cpuMicros: number }];
  return answer.cpuMicros;
}
