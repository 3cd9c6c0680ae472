import type { FloatBits } from './float-bits.ts';

/** The finest resolution: 16 buckets to a doubling, each 4.4 % wider than the one before. */
export const FINEST_SCHEMA = 4;
const PER_OCTAVE = 2 ** FINEST_SCHEMA;
/** Slices of an octave narrower than any of its buckets, so that each holds at most one border. */
const SLICE_BITS = 5;
const SLICE_SHIFT = 20 - SLICE_BITS;
const EXPONENT_BIAS = 1_023;
const MANTISSA_HIGH = 0xf_ff_ff;

/**
 * Which bucket of the finest schema a number belongs to: exponent and a table instead of a logarithm, exact at the borders.
 * Bucket i holds what is above 2^((i-1)/16) and at most 2^(i/16) (Prometheus native histograms, "Standard schemas";
 * OpenTelemetry's exponential histogram, "Use table lookup for sub-bucket index").
 */
export class ExponentialIndex {
  readonly #bits: FloatBits;
  /** By slice of the octave: how many borders lie below it. */
  readonly #below = new Uint8Array(1 << SLICE_BITS);
  /** Mantissas of the borders 2^(0/16) to 2^(15/16), in two halves, and one that nothing is above. */
  readonly #borderHigh = new Int32Array(PER_OCTAVE + 1).fill(MANTISSA_HIGH + 1);
  readonly #borderLow = new Uint32Array(PER_OCTAVE + 1);

  constructor(bits: FloatBits) {
    this.#bits = bits;
    const borders = Array.from({ length: PER_OCTAVE }, (_, at) => 2 ** (at / PER_OCTAVE));
    for (const [at, border] of borders.entries()) {
      this.#borderHigh[at] = bits.high(border) & MANTISSA_HIGH;
      this.#borderLow[at] = bits.low();
    }
    for (let slice = 0; slice < this.#below.length; slice += 1) {
      const start = 1 + slice / this.#below.length;
      this.#below[slice] = borders.filter((border) => border < start).length;
    }
  }

  /** `high` is what the bits answered last, for a number that is positive, finite and not subnormal. */
  of(high: number): number {
    const mantissa = high & MANTISSA_HIGH;
    let border = this.#below[mantissa >>> SLICE_SHIFT] ?? 0;
    const above = mantissa - (this.#borderHigh[border] ?? 0);
    if (above > 0 || (above === 0 && this.#bits.low() > (this.#borderLow[border] ?? 0))) border += 1;
    return ((high >>> 20) - EXPONENT_BIAS) * PER_OCTAVE + border;
  }
}

/** The same bucket, in a schema that is `steps` coarser: its index is half as large with each, rounded up. */
export function coarser(index: number, steps: number): number {
  return (index + (1 << steps) - 1) >> steps;
}
