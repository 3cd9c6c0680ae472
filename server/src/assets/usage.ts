/** How many bytes are stored, by kind of file: counted by a walk now and then, and by every file in between. */
export class AssetUsage {
  #byKind = new Map<string, number>();
  #since = new Map<string, number>();

  /** A file was stored, or with a negative number removed. */
  add(kind: string, bytes: number): void {
    this.#byKind.set(kind, Math.max(0, (this.#byKind.get(kind) ?? 0) + bytes));
    if (bytes > 0) this.#since.set(kind, (this.#since.get(kind) ?? 0) + bytes);
  }

  /** A walk begins: what comes meanwhile is counted beside it. */
  begin(): void {
    this.#since = new Map();
  }

  /** What the walk found. What came meanwhile may count twice, and what went not be missed, until the next. */
  found(byKind: ReadonlyMap<string, number>): void {
    this.#byKind = new Map(byKind);
    for (const [kind, bytes] of this.#since) this.add(kind, bytes);
    this.#since = new Map();
  }

  list(): readonly { readonly kind: string; readonly bytes: number }[] {
    return Array.from(this.#byKind, ([kind, bytes]) => ({ kind, bytes }));
  }
}
