import type { Timer } from '@callsheet/sdk-core/platform';
import type { Output, Terminal } from '../../src/cli/terminal.ts';

/** An output that remembers. */
export class FakeOutput implements Output {
  text = '';
  isTTY = false;
  columns = 80;
  /** Why nothing can be written. */
  failure: Error | undefined;

  write(text: string, done?: (error?: Error | null) => void): boolean {
    if (this.failure === undefined) this.text += text;
    if (done !== undefined) queueMicrotask(() => done(this.failure));
    return true;
  }
}

/** A terminal the test looks into. */
export class FakeTerminal implements Terminal {
  readonly stdout = new FakeOutput();
  readonly stderr = new FakeOutput();
  readonly environment: Record<string, string>;
  readonly control = new AbortController();
  time = 0;
  /** What stands on standard input. */
  input: () => Promise<Uint8Array> = () => new Promise(() => undefined);
  /** Timers that were set and not cancelled, by their milliseconds; the test lets them fire. */
  readonly timers = new Map<number, () => void>();

  constructor(environment: Record<string, string> = {}) {
    this.environment = environment;
  }

  get interrupt(): AbortSignal {
    return this.control.signal;
  }

  now = (): number => this.time;

  readInput = (): Promise<Uint8Array> => this.input();

  after = (ms: number, run: () => void): Timer => {
    this.timers.set(ms, run);
    return { cancel: () => this.timers.delete(ms) };
  };

  /** The result on stdout. */
  get result(): unknown {
    return JSON.parse(this.stdout.text);
  }
}
