const WHOLE = 2 ** 32;

/**
 * Which traces are recorded when nobody upstream has decided: those whose id is in the upper share, as OpenTelemetry's
 * consistent probability sampling has it. So everyone who looks at an id with the same ratio decides the same, and whoever has
 * a lower one keeps a part of what the others keep. 32 of the 56 random bits are enough to tell ratios apart.
 */
export class RatioSampler {
  readonly #threshold: number;

  /** @param ratio 0 (none) to 1 (all) */
  constructor(ratio: number) {
    this.#threshold = Math.round((1 - ratio) * WHOLE);
  }

  /** False when no trace is ever taken, whatever its id. */
  get takesAny(): boolean {
    return this.#threshold < WHOLE;
  }

  /** By the decisive bits: bytes 9 to 12 of the id. */
  takes(bits: number): boolean {
    return bits >= this.#threshold;
  }
}
