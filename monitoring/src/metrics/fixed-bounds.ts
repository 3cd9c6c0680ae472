import { FloatBits } from './float-bits.ts';

const EXPONENTS = 2_048;

/** Upper bounds of buckets, searched from the first that can hold a number of its magnitude. */
export class FixedBounds {
  readonly bounds: readonly number[];
  /** With the infinite one, where every search ends. */
  readonly #ends: Float64Array;
  /** By biased exponent of a double: the first bucket that can hold such a number. */
  readonly #starts = new Uint8Array(EXPONENTS);

  constructor(bounds: readonly number[]) {
    this.bounds = Object.freeze([...bounds]);
    this.#ends = Float64Array.of(...bounds, Infinity);
    const bits = new FloatBits();
    const exponents = bounds.map((bound) => (bound <= 0 ? 0 : bits.high(bound) >>> 20));
    for (let exponent = 0; exponent < EXPONENTS; exponent += 1) {
      // Every bound of a smaller exponent is below every number of this one.
      const first = exponents.findIndex((one) => one >= exponent);
      this.#starts[exponent] = first === -1 ? bounds.length : first;
    }
  }

  /** The bucket of a number that is finite and not negative; `high` is the upper half of its bits. */
  bucketOf(value: number, high: number): number {
    let bucket = this.#starts[high >>> 20] ?? 0;
    while (value > (this.#ends[bucket] ?? Infinity)) bucket += 1;
    return bucket;
  }
}
