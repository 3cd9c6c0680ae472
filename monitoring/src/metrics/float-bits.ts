/** Where the half with sign and exponent lies depends on the machine's byte order. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;
const LOW = 1 - HIGH;

/** The bits of a double (IEEE 754 binary64), read through one piece of memory: exponents without a logarithm. */
export class FloatBits {
  readonly #number = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#number.buffer);

  /** Sign, 11 bits of exponent, 20 of the mantissa. Keeps the number for `low`. */
  high(value: number): number {
    this.#number[0] = value;
    return this.#halves[HIGH] ?? 0;
  }

  /** The other 32 bits of the mantissa of what `high` was asked last. */
  low(): number {
    return this.#halves[LOW] ?? 0;
  }
}
