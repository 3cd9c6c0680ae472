/** Requests whose answers are still awaited without interest: more than a worker gets told to stop in a good while. */
const MOST = 1_000;

/** The requests nobody waits for any more: their late answers are no fault of who sends them. The newest are remembered. */
export class GivenUp {
  readonly #ids = new Set<string>();

  add(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size <= MOST) return;
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest);
      break;
    }
  }

  addAll(others: GivenUp): void {
    for (const id of others.#ids) this.add(id);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Its answer came; it is the only one. */
  delete(id: string): boolean {
    return this.#ids.delete(id);
  }
}
