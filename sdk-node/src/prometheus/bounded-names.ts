/** What counts for every name beyond the bound. */
export const OTHER = 'other';

/** Keeps the number of series bounded: the first names keep theirs for good, all later ones share one. */
export class BoundedNames {
  readonly #most: number;
  readonly #known = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The name itself, or {@link OTHER} when there are too many before it. */
  of(name: string): string {
    if (this.#known.has(name)) return name;
    if (this.#known.size >= this.#most) return OTHER;
    this.#known.add(name);
    return name;
  }
}
