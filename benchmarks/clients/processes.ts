import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hear } from '../servers/hear.ts';

/** Servers and clients live on different cores where that can be said, so that neither takes the other's time. */
const canPin = spawnSync('taskset', ['--version']).status === 0;

export interface Server {
  readonly child: ChildProcess;
  readonly port: number;
}

export async function startServer(script: string, args: readonly string[] = []): Promise<Server> {
  const child = start(script, args, 0);
  const { port } = await hear<{ port: number }>(child);
  return { child, port };
}

/** Resolves when it has connected. */
export async function startClient(script: string, args: readonly string[]): Promise<ChildProcess> {
  const child = start(script, args, 1);
  await hear(child);
  return child;
}

/** What a client's process has found out and sends before it ends. */
export async function findOut<T>(script: string, args: readonly string[]): Promise<T> {
  const child = start(script, args, 1);
  const found = await hear<T>(child);
  child.disconnect();
  return found;
}

/** Without the `source` condition: what is measured is what users install, not what the test runner transforms. */
function start(script: string, args: readonly string[], core: number): ChildProcess {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const node = [process.execPath, '--expose-gc', '--import', 'tsx', path, ...args];
  const [command = '', ...rest] = canPin ? ['taskset', '-c', String(core), ...node] : node;
  return spawn(command, rest, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}
