import type { Clock } from '../clock.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

interface Pause {
  ms: number;
  /** Takes the end of the pause back; undefined when it is over. */
  cancel: (() => void) | undefined;
}

/** A tool that was just refused outside is not offered there again at once: the free slot it was refused in is still free. */
export class Refusals {
  readonly #clock: Pick<Clock, 'after'>;
  /** By tool. */
  readonly #pauses = new Map<string, Pause>();

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  pauses(tool: string): boolean {
    return this.#pauses.get(tool)?.cancel !== undefined;
  }

  /**
   * Begins a pause, twice as long as the one before and no shorter than was asked for, and calls back when it is over. One
   * that has begun goes on.
   */
  refused(tool: string, leastMs: number | undefined, over: () => void): void {
    const known = this.#pauses.get(tool);
    if (known?.cancel !== undefined) return;
    const ms = known === undefined ? FIRST_PAUSE_MS : Math.min(known.ms * 2, LONGEST_PAUSE_MS);
    const pause: Pause = { ms, cancel: undefined };
    pause.cancel = this.#clock.after(Math.max(ms, Math.min(leastMs ?? 0, LONGEST_PAUSE_MS)), () => {
      pause.cancel = undefined;
      over();
    });
    this.#pauses.set(tool, pause);
  }

  /** It ran: the next pause is a short one again. One that has begun goes on. */
  taken(tool: string): void {
    const pause = this.#pauses.get(tool);
    if (pause === undefined) return;
    if (pause.cancel === undefined) this.#pauses.delete(tool);
    else pause.ms = FIRST_PAUSE_MS / 2;
  }

  close(): void {
    for (const { cancel } of this.#pauses.values()) cancel?.();
    this.#pauses.clear();
  }
}
