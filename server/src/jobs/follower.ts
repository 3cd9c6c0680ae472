import type { LoggedEvent } from './event-log.ts';

export interface FollowerParts {
  /** The number of the last event the listener has already. */
  readonly after: number;
  /** An event's number on the followed topic. */
  readonly number: (event: LoggedEvent) => number;
  /** The next events of the topic from the ledger. */
  readonly page: (after: number, limit: number) => readonly LoggedEvent[];
  readonly turn: (callback: () => void) => void;
  readonly deliver: (event: LoggedEvent) => void | Promise<void>;
  /** The listener threw or rejected, or the ledger could not be read. */
  readonly failed: (error: unknown) => void;
}

const PAGE = 64;

/**
 * One listener's place in a topic. It holds no events: whoever is slow, or joins late, reads on in the ledger, a page per
 * turn of the loop, until nothing is left; only then are live events handed over directly.
 */
export class Follower {
  readonly #parts: FollowerParts;
  #last: number;
  /** True when the ledger has, or may have, something after `#last`. */
  #behind = false;
  /** True while the listener works, or a page is on its way. */
  #busy = false;
  #closed = false;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#last = parts.after;
  }

  /** Reads what is in the ledger already. */
  catchUp(): void {
    this.#behind = true;
    this.#read();
  }

  /** An event was just committed. */
  live(event: LoggedEvent): void {
    if (this.#closed) return;
    if (this.#busy || this.#parts.number(event) !== this.#last + 1) {
      this.#behind = true;
      this.#read();
      return;
    }
    const pending = this.#hand(event);
    if (pending === undefined) return;
    this.#busy = true;
    pending.then(
      () => {
        this.#busy = false;
        this.#read();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  close(): void {
    this.#closed = true;
  }

  #read(): void {
    if (this.#busy || this.#closed || !this.#behind) return;
    this.#busy = true;
    this.#parts.turn(() => {
      this.#readPage().then(
        () => {
          this.#busy = false;
          this.#read();
        },
        (error: unknown) => this.#fail(error),
      );
    });
  }

  async #readPage(): Promise<void> {
    if (this.#closed) return;
    const page = this.#parts.page(this.#last, PAGE);
    this.#behind = page.length === PAGE;
    for (const event of page) {
      if (this.#closed) return;
      await this.#hand(event);
    }
  }

  #hand(event: LoggedEvent): Promise<void> | undefined {
    this.#last = this.#parts.number(event);
    try {
      return this.#parts.deliver(event) ?? undefined;
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#parts.failed(error);
  }
}
