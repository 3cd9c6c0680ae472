import type { Timer } from '../../src/threads/timer.ts';

/** A timer that waits for the test instead of the clock. */
export class ManualTimer {
  readonly #due = new Set<{ readonly milliseconds: number; readonly callback: () => void }>();

  readonly timer: Timer = (milliseconds, callback) => {
    const entry = { milliseconds, callback };
    this.#due.add(entry);
    return () => this.#due.delete(entry);
  };

  /** Times that are set, in milliseconds. */
  get pending(): number[] {
    return [...this.#due].map(({ milliseconds }) => milliseconds);
  }

  /** Lets everything that is set come true. */
  fire(): void {
    const due = [...this.#due];
    this.#due.clear();
    for (const { callback } of due) callback();
  }
}
