/** Spans that have begun, by what they tell of. What never ends is given up when there are too many. */
export class OpenSpans<Key, Open> {
  readonly #most: number;
  readonly #lost: (open: Open) => void;
  /** The oldest first. */
  readonly #open = new Map<Key, Open>();

  constructor(most: number, lost: (open: Open) => void) {
    this.#most = most;
    this.#lost = lost;
  }

  get(key: Key): Open | undefined {
    return this.#open.get(key);
  }

  put(key: Key, open: Open): void {
    this.#open.set(key, open);
    if (this.#open.size <= this.#most) return;
    for (const [oldest, given] of this.#open) {
      this.#open.delete(oldest);
      this.#lost(given);
      return;
    }
  }

  take(key: Key): Open | undefined {
    const open = this.#open.get(key);
    if (open !== undefined) this.#open.delete(key);
    return open;
  }
}
