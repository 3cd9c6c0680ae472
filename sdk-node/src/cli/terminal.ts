import type { Clock } from '@callsheet/sdk-core/platform';
import type { Environment } from '../environment.ts';

/** One of the program's outputs. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string, done?: (error?: Error | null) => void): boolean;
}

/** Everything the program touches of the process it runs in. */
export interface Terminal {
  /** Results only. */
  readonly stdout: Output;
  /** Everything else. */
  readonly stderr: Output;
  readonly environment: Environment;
  /** Aborted by Ctrl-C. */
  readonly interrupt: AbortSignal;
  /** Milliseconds; only differences mean anything. */
  now(): number;
  readonly after: Clock['after'];
  /** All of standard input. Until `signal` aborts: an open one keeps the process alive. */
  readInput(signal: AbortSignal): Promise<Uint8Array>;
}

/** The same terminal but for some of its parts. */
export function terminalWith(terminal: Terminal, change: Partial<Terminal>): Terminal {
  const { stdout, stderr, environment, interrupt, after } = terminal;
  const same = { stdout, stderr, environment, interrupt, after };
  return { ...same, now: () => terminal.now(), readInput: (signal) => terminal.readInput(signal), ...change };
}

/** For programs that read standard error: nothing but a failure is written there. */
export const SILENT: Output = {
  write: (_text, done) => {
    done?.();
    return true;
  },
};

/** Writes, and waits until it is written. Rejects when it cannot be; a reader that left (EPIPE) has what it wanted. */
export function writeAll(output: Output, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(text, (error) => {
      if (!error || ('code' in error && error.code === 'EPIPE')) resolve();
      else reject(new Error(`Cannot write all of the output: ${error.message}`, { cause: error }));
    });
  });
}

/** Prints a result. */
export function printJson(terminal: Terminal, value: unknown): Promise<void> {
  return writeAll(terminal.stdout, `${JSON.stringify(value, null, 2)}\n`);
}
