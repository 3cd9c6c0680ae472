/** Buckets per doubling: a quantile is at most a fifth too high. */
const PER_DOUBLING = 4;
/** Up to a day. */
const BUCKETS = PER_DOUBLING * 27;
/** About so many calls are remembered: of the older ones half is forgotten whenever there are more. */
const MEMORY = 1_000;
/** Fewer say nothing of the slowest twentieth. */
const LEAST_SAMPLES = 40;
/** Worked out again after so many. */
const FRESH_FOR = 20;

/** How long a tool's successful calls take: a histogram of fixed size on a logarithmic scale, which fades. */
export class Latencies {
  readonly #counts = new Float64Array(BUCKETS);
  readonly #quantile: number;
  #total = 0;
  #answer: number | undefined;
  #staleness = 0;

  /** `quantile`: 0.95 for what only one call in twenty exceeds. */
  constructor(quantile: number) {
    this.#quantile = quantile;
  }

  add(ms: number): void {
    const bucket = ms > 1 ? Math.min(BUCKETS - 1, Math.ceil(Math.log2(ms) * PER_DOUBLING)) : 0;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total++;
    this.#staleness++;
    if (this.#total >= MEMORY) this.#fade();
  }

  /** In milliseconds; undefined while too little is known. */
  get ms(): number | undefined {
    if (this.#total < LEAST_SAMPLES) return undefined;
    if (this.#answer === undefined || this.#staleness >= FRESH_FOR) {
      this.#answer = this.#workOut();
      this.#staleness = 0;
    }
    return this.#answer;
  }

  #workOut(): number {
    let left = this.#total * this.#quantile;
    let bucket = 0;
    while (bucket < BUCKETS - 1) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) break;
      bucket++;
    }
    return 2 ** (bucket / PER_DOUBLING);
  }

  #fade(): void {
    this.#total = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      this.#counts[bucket] = count / 2;
      this.#total += count / 2;
    }
  }
}
