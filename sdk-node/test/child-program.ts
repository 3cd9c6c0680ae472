import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SDK_NODE = fileURLToPath(new URL('..', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program of its own in Node.js, run from sources. `arguments` are a file of this package and what it gets, or `-e` and a module. */
export class ChildProgram {
  readonly process: ChildProcess;
  /** How it ended and what it said. */
  readonly ended: Promise<Ended>;

  constructor(args: readonly string[], environment: Record<string, string>, cwd = SDK_NODE) {
    this.process = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', ...args], {
      cwd,
      // Coverage of this process would be added to ours line by line, and its lines are others: it is compiled anew.
      env: { ...process.env, NODE_V8_COVERAGE: '', ...environment },
    });
    this.ended = this.#gather();
  }

  async #gather(): Promise<Ended> {
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      this.process[name]?.on('data', (chunk) => {
        text[name] += chunk;
      });
    }
    const [code] = await once(this.process, 'close');
    return { code, ...text };
  }
}

/** The path of a source file of this package. */
export const source = (file: string): string => `${SDK_NODE}src/${file}`;
