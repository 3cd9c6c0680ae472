/** Fills the array with random bytes, as `randomFillSync` of node:crypto does. */
export type FillRandom = (bytes: Uint8Array) => unknown;

/** Sixteen bytes at a time cost microseconds; this many at once cost about as much. */
const POOL_BYTES = 8_192;
const TRACE_BYTES = 16;
const SPAN_BYTES = 8;
const BITS_BYTES = 4;
/** Where the decision about a trace reads its id: the first of the 56 bits W3C Trace Context level 2 calls random. */
const DECISIVE_BYTE = 9;

/** Ids of traces and spans out of a stock of random bytes. */
export class IdPool {
  readonly #fill: FillRandom;
  readonly #bytes = Buffer.alloc(POOL_BYTES);
  #at = POOL_BYTES;

  constructor(fill: FillRandom) {
    this.#fill = fill;
  }

  /** 32 random bits. */
  bits(): number {
    if (this.#at + BITS_BYTES > POOL_BYTES) this.#refill();
    this.#at += BITS_BYTES;
    return this.#bytes.readUInt32BE(this.#at - BITS_BYTES);
  }

  /** The next trace gets an id with these 32 bits where the decision about a trace is read. */
  decide(bits: number): void {
    if (this.#at + TRACE_BYTES > POOL_BYTES) this.#refill();
    this.#bytes.writeUInt32BE(bits, this.#at + DECISIVE_BYTE);
  }

  traceId(): string {
    return this.#take(TRACE_BYTES);
  }

  spanId(): string {
    return this.#take(SPAN_BYTES);
  }

  #take(length: number): string {
    if (this.#at + length > POOL_BYTES) this.#refill();
    const from = this.#at;
    this.#at += length;
    const text = this.#bytes.toString('hex', from, this.#at);
    // All zeros is the one id that is none.
    return /[^0]/.test(text) ? text : `${text.slice(0, -1)}1`;
  }

  #refill(): void {
    this.#fill(this.#bytes);
    this.#at = 0;
  }
}
