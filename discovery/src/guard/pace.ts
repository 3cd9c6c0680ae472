/** How much the newest gap counts. */
const NEWEST = 0.2;

/** How fast a line moves: the time from one who gets a slot to the next. */
export class Pace {
  #gapMs: number | undefined;
  #lastAt: number | undefined;

  /** Somebody got a slot. */
  moved(now: number): void {
    if (this.#lastAt !== undefined) {
      const gap = now - this.#lastAt;
      this.#gapMs = this.#gapMs === undefined ? gap : this.#gapMs + NEWEST * (gap - this.#gapMs);
    }
    this.#lastAt = now;
  }

  /** Nobody waited for a while: that says nothing of how fast the line moves. */
  pause(): void {
    this.#lastAt = undefined;
  }

  /** How long it takes until so many have got a slot; undefined while too little is known. */
  msFor(count: number): number | undefined {
    return this.#gapMs === undefined ? undefined : this.#gapMs * count;
  }
}
