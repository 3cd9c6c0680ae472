/** Keeps the last characters of a stream of text, so that a chatty process cannot fill memory. */
export class Tail {
  readonly #limit: number;
  #text = '';

  /** @param limit characters kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(text: string): void {
    this.#text = (this.#text + text).slice(-this.#limit);
  }

  get text(): string {
    return this.#text.trim();
  }
}
