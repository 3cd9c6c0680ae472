import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { childEnv } from '../child-env.ts';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

export interface Script {
  readonly child: ChildProcess;
  /** Resolves with the first piece of standard output. */
  readonly speaks: Promise<unknown>;
  /** Everything on standard output; rejects when the script fails. */
  readonly output: Promise<string>;
}

/** Runs a script of this folder in a process of its own. */
export function startScript(name: string, ...args: readonly string[]): Script {
  const file = join(fileURLToPath(new URL('.', import.meta.url)), name);
  const node = ['--import', TSX, '--conditions=source', file, ...args];
  const child = spawn(process.execPath, node, { env: childEnv, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (data) => {
    text += data;
  });
  const output = once(child, 'close').then(([code, signal]) => {
    if (code !== 0) throw new Error(`${name} ended with ${code ?? signal}`);
    return text;
  });
  return { child, speaks: once(child.stdout, 'data'), output };
}
