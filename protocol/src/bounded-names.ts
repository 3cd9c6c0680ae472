/** Stands for every name beyond the bound. */
const OTHER = 'other';

/**
 * Names that become labels of metrics, so many of them: the first keep theirs for good, all later ones share one. Who makes up
 * names would otherwise fill the metrics until those of honest callers have no room.
 */
export class BoundedNames {
  readonly #most: number;
  readonly #known = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The name itself, or `other` when there are too many before it. */
  of(name: string): string {
    if (this.#known.has(name)) return name;
    if (this.#known.size >= this.#most) return OTHER;
    this.#known.add(name);
    return name;
  }
}
