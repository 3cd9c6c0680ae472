import type { Pace } from './pace.ts';

/** Text is kept as text up to here: one encoding of many lines is cheaper than many. */
const TEXT_AT_MOST = 1 << 15;

/** What is being written for one scrape. */
export class Page {
  readonly #parts: Buffer[] = [];
  #text = '';
  #size = 0;

  text(text: string): void {
    this.#text += text;
    if (this.#text.length >= TEXT_AT_MOST) this.#encode();
  }

  /** Takes `bytes` as they are: do not write to them afterwards. */
  bytes(bytes: Buffer): void {
    this.#encode();
    this.#keep(bytes);
  }

  /** Everything in one piece, put together in slices too. */
  async body(pace: Pace): Promise<Buffer> {
    this.#encode();
    const body = Buffer.allocUnsafe(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      at += part.copy(body, at);
      if (pace.isOver()) await pace.rest();
    }
    return body;
  }

  #encode(): void {
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    this.#keep(Buffer.from(text));
  }

  #keep(part: Buffer): void {
    this.#parts.push(part);
    this.#size += part.length;
  }
}
