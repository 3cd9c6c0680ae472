import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Context } from 'mocha';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Starts a TypeScript file of the repository in a process of its own, as the npm scripts do. */
export function start(file: string, args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const node = ['--import', 'tsx', '--conditions=source', file, ...args];
  return spawn(process.execPath, node, {
    cwd: ROOT,
    env: { ...process.env, CALLSHEET_OLLAMA_DETECT: 'false', ...env },
  });
}

/** What a process wrote and how it ended. */
export async function ended(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const text = { stdout: '', stderr: '' };
  child.stdout?.on('data', (data) => {
    text.stdout += data;
  });
  child.stderr?.on('data', (data) => {
    text.stderr += data;
  });
  const [code] = await once(child, 'close');
  return { code, ...text };
}

/** The first match in what a process says; rejects when it ends before. */
export async function hears(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let said = '';
  for await (const data of child.stdout ?? []) {
    said += data;
    const match = pattern.exec(said);
    if (match) return match;
  }
  throw new Error(`The process ended without saying ${pattern}`);
}

/** Skips a test, with the reason, where a program it needs is not installed. */
export function needs(program: string, test: Context): void {
  if (spawnSync('sh', ['-c', `command -v ${program}`]).status === 0) return;
  console.log(`      skipped: needs ${program}, which is not installed`);
  test.skip();
}
