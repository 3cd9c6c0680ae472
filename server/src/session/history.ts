export interface HistoryLimits {
  readonly maxMessages: number;
  /** Characters of all messages together. */
  readonly maxLength: number;
}

/**
 * The last messages sent to one client, numbered from 1 without gaps, so that a client that lost its connection can be
 * told what it missed. The numbers never travel: both sides count, and the connection keeps the order.
 */
export class History {
  readonly #limits: HistoryLimits;
  #texts: string[] = [];
  /** Place of the oldest message that is still kept. */
  #head = 0;
  #last = 0;
  #length = 0;

  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  /** Number of the newest message; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** Characters of the messages that are kept. */
  get length(): number {
    return this.#length;
  }

  /** Number of the newest message that was forgotten; 0 when all are kept. */
  get forgotten(): number {
    return this.#last - (this.#texts.length - this.#head);
  }

  add(text: string): void {
    this.#texts.push(text);
    this.#last += 1;
    this.#length += text.length;
    const { maxMessages, maxLength } = this.#limits;
    while (this.#texts.length - this.#head > maxMessages || this.#length > maxLength) this.#forgetOne();
  }

  /** Forgets what is known to have arrived. */
  acknowledge(number: number): void {
    const upTo = Math.min(number, this.#last);
    while (this.forgotten < upTo) this.#forgetOne();
  }

  /** Everything after a number, oldest first; undefined when some of it is forgotten or the number was never reached. */
  after(number: number): readonly string[] | undefined {
    if (number > this.#last || number < this.forgotten) return undefined;
    return this.#texts.slice(this.#texts.length - (this.#last - number));
  }

  #forgetOne(): void {
    this.#length -= this.#texts[this.#head]?.length ?? 0;
    this.#texts[this.#head] = '';
    this.#head += 1;
    // Moved together now and then: a shift for every message would move the whole list each time.
    if (this.#head > 64 && this.#head * 2 > this.#texts.length) {
      this.#texts = this.#texts.slice(this.#head);
      this.#head = 0;
    }
  }
}
