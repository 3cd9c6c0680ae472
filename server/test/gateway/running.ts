import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

// By path, so that a command may run in any folder.
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const BIN = fileURLToPath(new URL('../../src/bin.ts', import.meta.url));

export interface Command {
  readonly child: ChildProcess;
  /** Everything written so far. */
  readonly output: () => { stdout: string; stderr: string };
  /** Resolves with the first match on standard output; rejects when the process ends without one. */
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly exit: Promise<number | null>;
}

/** Starts the real command line in a process of its own. */
export function command(args: readonly string[], env: Record<string, string> = {}, cwd = process.cwd()): Command {
  return program(BIN, args, env, cwd);
}

/** Starts a TypeScript file in a process of its own. */
export function program(
  file: string,
  args: readonly string[],
  env: Record<string, string> = {},
  cwd = process.cwd(),
): Command {
  const node = ['--import', TSX, '--conditions=source', file, ...args];
  const clean = { PATH: process.env.PATH ?? '' };
  const child = spawn(process.execPath, node, { cwd, env: { ...clean, CALLSHEET_OLLAMA_DETECT: 'false', ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  const says = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(stdout);
      if (match) return match;
      if (child.exitCode !== null)
        throw new Error(`ended with ${child.exitCode} without saying ${pattern}:\n${stderr}`);
      await Promise.race([once(child.stdout, 'data'), exit]);
    }
  };
  return { child, output: () => ({ stdout, stderr }), says, exit };
}
