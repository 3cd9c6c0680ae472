/** Stands for every name beyond the bound. */
const OTHER = 'other';

/**
 * Names workers told of, which become labels of metrics: of all workers together so many. Who makes up names would otherwise fill
 * the metrics until those of honest workers have no room.
 */
export class ToldNames {
  readonly #most: number;
  readonly #known = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The name itself, or `other` when there are too many. */
  of(name: string): string {
    if (this.#known.has(name)) return name;
    if (this.#known.size >= this.#most) return OTHER;
    this.#known.add(name);
    return name;
  }
}
