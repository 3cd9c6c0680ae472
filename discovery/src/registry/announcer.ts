/**
 * Tells every listener of every event, in the order of the events: one that causes another while it listens does not make
 * those after it hear of the other first. A listener that throws is reported, and costs nobody else anything.
 */
export class Announcer<T> {
  readonly #listeners = new Set<(event: T) => void>();
  readonly #waiting: T[] = [];
  readonly #failed: (error: unknown) => void;
  #telling = false;

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Calls back for every event from now on. The answer ends it. */
  listen(listener: (event: T) => void): () => void {
    // Wrapped, so that the same function may listen twice and each can end on its own.
    const own = (event: T): void => listener(event);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  announce(event: T): void {
    this.#waiting.push(event);
    if (this.#telling) return;
    this.#telling = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) this.#tell(next);
    this.#telling = false;
  }

  /** Nobody listens any more. */
  close(): void {
    this.#listeners.clear();
    this.#waiting.length = 0;
  }

  #tell(event: T): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
