import type { Wire } from './wire.ts';

/**
 * What waits to be written to one connection. Everything that becomes ready within one turn of the event loop leaves
 * in one write: as one array frame where the client agreed to `coalesce`, else as separate frames in one packet.
 * Measured, this is worth more than a factor of two at 64 calls in flight.
 */
export class Outbox {
  readonly #wire: Wire;
  readonly #maxBatch: number;
  readonly #defer: (flush: () => void) => void;
  readonly #flush = (): void => this.flush();
  #texts: string[] = [];
  #scheduled = false;
  /** True once both sides agreed on array frames of independent messages. */
  coalesce = false;

  /** @param defer runs its argument after the work at hand, `process.nextTick` in production. */
  constructor(wire: Wire, maxBatch: number, defer: (flush: () => void) => void) {
    this.#wire = wire;
    this.#maxBatch = maxBatch;
    this.#defer = defer;
  }

  push(text: string): void {
    this.#texts.push(text);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#defer(this.#flush);
  }

  /** Writes what waits, at once: before a close, for instance. */
  flush(): void {
    this.#scheduled = false;
    const texts = this.#texts;
    if (texts.length === 0) return;
    this.#texts = [];
    if (texts.length === 1 && texts[0] !== undefined) this.#wire.send(texts[0]);
    else if (this.coalesce) this.#sendArrays(texts);
    else this.#sendCorked(texts);
  }

  #sendArrays(texts: readonly string[]): void {
    for (let from = 0; from < texts.length; from += this.#maxBatch) {
      this.#wire.send(`[${texts.slice(from, from + this.#maxBatch).join(',')}]`);
    }
  }

  #sendCorked(texts: readonly string[]): void {
    this.#wire.cork();
    for (const text of texts) this.#wire.send(text);
    this.#wire.uncork();
  }
}
