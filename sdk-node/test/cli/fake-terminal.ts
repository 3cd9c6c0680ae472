import type { Output, Terminal } from '../../src/cli/terminal.ts';

/** An output that remembers. */
export class FakeOutput implements Output {
  text = '';
  isTTY = false;
  columns = 80;

  write(text: string, done?: (error?: Error | null) => void): boolean {
    this.text += text;
    if (done !== undefined) queueMicrotask(() => done());
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

  constructor(environment: Record<string, string> = {}) {
    this.environment = environment;
  }

  get interrupt(): AbortSignal {
    return this.control.signal;
  }

  now = (): number => this.time;

  /** The result on stdout. */
  get result(): unknown {
    return JSON.parse(this.stdout.text);
  }
}
