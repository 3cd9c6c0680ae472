/** Tells that there may be room for a call again; once per turn, however often it is rung. */
export class RoomBell {
  readonly #listeners = new Set<() => void>();
  readonly #failed: (error: unknown) => void;
  readonly #tell = (): void => this.#tellAll();
  #rung = false;

  /** `failed` hears of listeners that throw. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Calls back from now on. The answer ends it. */
  listen(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  ring(): void {
    if (this.#rung || this.#listeners.size === 0) return;
    this.#rung = true;
    queueMicrotask(this.#tell);
  }

  #tellAll(): void {
    this.#rung = false;
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
