/** A number that only grows, of one worker. */
export interface WorkerTotal {
  readonly id: string;
  readonly name: string;
  readonly total: number;
}

/**
 * Adds up by name what workers count, those who have left included. What a worker counted after it was last looked at goes with
 * it. Workers choose their names, and may come back under new ones for ever: beyond the bound names that are gone are forgotten.
 */
export class Totals {
  readonly byName = new Map<string, number>();
  readonly #most: number;
  #known = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Looks at everybody there is. */
  follow(workers: Iterable<WorkerTotal>): void {
    const now = new Map<string, number>();
    const present = new Set<string>();
    for (const { id, name, total } of workers) {
      now.set(id, total);
      present.add(name);
      this.byName.set(name, (this.byName.get(name) ?? 0) + Math.max(0, total - (this.#known.get(id) ?? 0)));
    }
    this.#known = now;
    for (const name of this.byName.keys()) {
      if (this.byName.size <= this.#most) break;
      if (!present.has(name)) this.byName.delete(name);
    }
  }
}
