import { type Id, type JsonObject, notificationText } from '@callsheet/protocol';

/** Where a session's messages go. */
export interface Carrier {
  deliver(text: string): void;
}

/** Messages kept for a client that is away; PROTOCOL.md, «Coming back». */
const MOST_KEPT = 1_000;

/** One session of a test gateway. It outlives its socket when both sides agreed on `resume`. */
export class TestSession {
  readonly id: string;
  /** Good once, for coming back. Undefined while coming back was not agreed on. */
  resumeToken: string | undefined;
  /** What both sides agreed on. */
  capabilities: JsonObject = {};
  /** Arrays are frames of independent messages, from the answer to session/open on. */
  coalesce = false;
  /** Messages of the client after its first session/open. */
  received = 0;
  /** Requests without an answer. */
  readonly asked = new Set<Id>();
  /** The socket it has now. */
  line: Carrier | undefined;
  /** When the socket was lost, by the gateway's clock. Milliseconds. */
  lostAt = 0;
  readonly #ends = new Set<() => void>();
  #kept: string[] = [];
  #sent = 0;
  #over = false;

  constructor(id: string, line: Carrier) {
    this.id = id;
    this.line = line;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Sends one message, or keeps it for a client that is away. */
  say(text: string): void {
    if (this.#over) return;
    if (this.resumeToken !== undefined) {
      this.#sent += 1;
      if (this.#kept.push(text) > MOST_KEPT) this.#kept.shift();
    }
    this.line?.deliver(text);
  }

  notify(method: string, params: JsonObject): void {
    this.say(notificationText(method, params));
  }

  /** Every message after a number, oldest first; undefined when some of them are kept no more, or were never sent. */
  after(seq: number): readonly string[] | undefined {
    const missed = this.#sent - seq;
    return missed < 0 || missed > this.#kept.length ? undefined : this.#kept.slice(this.#kept.length - missed);
  }

  /** The client has everything up to a number. */
  acknowledge(seq: number): void {
    const forget = seq - (this.#sent - this.#kept.length);
    if (forget > 0) this.#kept.splice(0, forget);
  }

  /** Ends it for good: what runs for it is told. */
  finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.line = undefined;
    for (const end of this.#ends) end();
    this.#ends.clear();
  }

  /** Runs when the session ends. Answers a function that takes the wish back. */
  onEnd(listener: () => void): () => void {
    this.#ends.add(listener);
    return () => void this.#ends.delete(listener);
  }
}
