/** Counts what is there, by key; a key without any takes no memory. */
export class Tally {
  readonly #counts = new Map<string, number>();

  /** Keys that have any. */
  get size(): number {
    return this.#counts.size;
  }

  count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  add(key: string): void {
    this.#counts.set(key, this.count(key) + 1);
  }

  /** One that was never added is no less than none. */
  remove(key: string): void {
    const left = this.count(key) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
  }
}
