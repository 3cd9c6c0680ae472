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

  /** Of all ids, how many it takes: 0 to 1. */
  get share(): number {
    return (WHOLE - this.#threshold) / WHOLE;
  }

  /** Decisive bits it takes, bytes 9 to 12 of the id; every one of them as likely, for chances spread evenly from 0 up to 1. */
  bitsOfTaken(chance: number): number {
    return this.#threshold + Math.floor(chance * (WHOLE - this.#threshold));
  }
}
