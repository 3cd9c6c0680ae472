import { Readable, Writable } from 'node:stream';
import type { Terminal } from '../../src/commands/command.ts';

export interface FakeTerminal extends Terminal {
  readonly written: { stdout: string; stderr: string };
}

/** A terminal in memory. */
export function fakeTerminal(args: readonly string[], { cwd = '/', env = {} }: Partial<Terminal> = {}): FakeTerminal {
  const written = { stdout: '', stderr: '' };
  const into = (name: keyof typeof written): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const [stdout, stderr] = [into('stdout'), into('stderr')];
  return {
    args,
    cwd,
    env,
    stdin: Readable.from([]),
    stdout,
    stderr,
    onStop: () => {},
    onExit: () => () => {},
    written,
  };
}
