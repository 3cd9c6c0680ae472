import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hear } from '../servers/hear.ts';

/** Servers and clients live on different cores where that can be said, so that neither takes the other's time. */
const canPin = spawnSync('taskset', ['--version']).status === 0;

export interface Server {
  readonly child: ChildProcess;
  readonly port: number;
}

export function startServer(
  script: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Server> {
  const child = start(script, args, 0, env);
  return hear<{ port: number }>(child).then(({ port }) => ({ child, port }));
}

/** Resolves when it has connected. */
export async function startClient(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<ChildProcess> {
  const child = start(script, args, 1, env);
  await hear(child);
  return child;
}

/** Without the `source` condition: what is measured is what users install, not what the test runner transforms. */
function start(script: string, args: readonly string[], core: number, env: NodeJS.ProcessEnv): ChildProcess {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const node = [process.execPath, '--import', 'tsx', path, ...args];
  const [command = '', ...rest] = canPin ? ['taskset', '-c', String(core), ...node] : node;
  return spawn(command, rest, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { ...process.env, ...env } });
}
