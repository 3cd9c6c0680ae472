import { type Terminal, terminalWith } from './terminal.ts';

/** A terminal for a command that may only take so long. */
export interface TimedTerminal {
  /** Its `interrupt` is also aborted when the time is over. */
  readonly terminal: Terminal;
  /** Whether that is why it was. */
  readonly isOver: () => boolean;
  readonly cancel: () => void;
}

export function withinTime(terminal: Terminal, timeoutMs: number): TimedTerminal {
  const limit = new AbortController();
  const timer = terminal.after(timeoutMs, () => limit.abort('--timeout'));
  return {
    terminal: terminalWith(terminal, { interrupt: AbortSignal.any([terminal.interrupt, limit.signal]) }),
    isOver: () => limit.signal.aborted && !terminal.interrupt.aborted,
    cancel: () => timer.cancel(),
  };
}
