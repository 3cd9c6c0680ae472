import { CallError, failureText, type Id } from '@callsheet/protocol';

/**
 * The answers of one batch, which travel together (JSON-RPC 2.0 §6). Together they are bounded: a small batch of calls
 * with large answers would otherwise be held whole, however slowly its sender reads.
 */
export class BatchAnswer {
  readonly #most: number;
  readonly #send: (text: string) => void;
  #missing: number;
  #texts: string[] = [];
  #length = 0;

  /** @param missing how many answers there will be; none are sent when there are none. */
  constructor(missing: number, most: number, send: (text: string) => void) {
    this.#missing = missing;
    this.#most = most;
    this.#send = send;
  }

  /** Takes one member's answer. The last one sends them all. */
  add(id: Id, text: string): void {
    const fits = this.#length + text.length <= this.#most;
    const said = fits ? text : failureText(id, tooLong(this.#most).toWire());
    this.#texts.push(said);
    this.#length += said.length;
    this.#missing -= 1;
    if (this.#missing > 0) return;
    const texts = this.#texts;
    this.#texts = [];
    this.#send(`[${texts.join(',')}]`);
  }
}

function tooLong(most: number): CallError {
  const sentence = `Cannot answer this member: the answers of one batch may have ${most} characters together; ask for it alone`;
  return new CallError('OVERLOADED', sentence, { maybeExecuted: true });
}
