/** What is done in the first moments may be remembered stages flying by: it is no measure of speed. */
const BASELINE_MS = 1_000;
/** How long a speed counts: after this time its weight is down to a third. */
const MEMORY_MS = 10_000;
/** Reports closer together than this are measured as one. */
const MIN_SAMPLE_MS = 200;

/**
 * Estimates what is left of one attempt from how fast its progress grows (exponentially weighted by time), or from how long
 * the tool usually takes while nothing has been measured.
 */
export class RemainingTime {
  readonly #startedAt: number;
  readonly #usualSeconds: number | undefined;
  /** Progress per millisecond. */
  #speed: number | undefined;
  #fraction = 0;
  #measuredAt: number;

  /** Times in monotonic milliseconds. */
  constructor(startedAt: number, usualSeconds?: number) {
    this.#startedAt = startedAt;
    this.#measuredAt = startedAt;
    this.#usualSeconds = usualSeconds;
  }

  observe(fraction: number, at: number): void {
    const span = at - this.#measuredAt;
    if (at - this.#startedAt <= BASELINE_MS) {
      this.#fraction = fraction;
      this.#measuredAt = at;
      return;
    }
    if (span < MIN_SAMPLE_MS || fraction <= this.#fraction) return;
    const speed = (fraction - this.#fraction) / span;
    const weight = this.#speed === undefined ? 1 : 1 - Math.exp(-span / MEMORY_MS);
    this.#speed = (this.#speed ?? 0) * (1 - weight) + speed * weight;
    this.#fraction = fraction;
    this.#measuredAt = at;
  }

  /** Seconds, one decimal; undefined when there is nothing to estimate from. */
  at(now: number): number | undefined {
    if (this.#speed !== undefined) {
      return seconds((1 - this.#fraction) / this.#speed - (now - this.#measuredAt));
    }
    return this.#usualSeconds === undefined ? undefined : seconds(this.#usualSeconds * 1_000 - (now - this.#startedAt));
  }
}

function seconds(ms: number): number {
  return Math.max(0, Math.round(ms / 100) / 10);
}

const MAX_TOOLS = 1_000;
const NEWEST_WEIGHT = 0.3;

/** How long each tool usually takes, from its completed runs. */
export class UsualDurations {
  readonly #seconds = new Map<string, number>();

  note(tool: string, seconds: number): void {
    const before = this.#seconds.get(tool);
    if (before === undefined && this.#seconds.size >= MAX_TOOLS) return;
    this.#seconds.set(tool, before === undefined ? seconds : before + (seconds - before) * NEWEST_WEIGHT);
  }

  of(tool: string): number | undefined {
    return this.#seconds.get(tool);
  }
}
