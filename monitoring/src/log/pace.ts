export interface PaceOptions {
  /** Calls back once after `ms` milliseconds; the answer takes the appointment back. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** Told when the second is over: so many more were not let through. */
  readonly withheld: (name: string, times: number) => void;
  /** How many of one name are let through within a second. */
  readonly most: number;
}

const WINDOW_MS = 1_000;

/** Lets so many of each name through within a second and counts the rest, so that a flood of one kind cannot wash out all others. */
export class Pace {
  readonly #options: PaceOptions;
  readonly #seen = new Map<string, number>();
  #cancel: (() => void) | undefined;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** Whether this one may pass. Names come from our own tables: there are few. */
  admits(name: string): boolean {
    const seen = (this.#seen.get(name) ?? 0) + 1;
    this.#seen.set(name, seen);
    this.#cancel ??= this.#options.after(WINDOW_MS, () => this.release());
    return seen <= this.#options.most;
  }

  /** Ends the second now. */
  release(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const { most, withheld } = this.#options;
    const seen = [...this.#seen];
    this.#seen.clear();
    for (const [name, times] of seen) if (times > most) withheld(name, times - most);
  }
}
