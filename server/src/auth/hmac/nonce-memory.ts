export interface NonceMemoryOptions {
  /** Milliseconds since some fixed moment; never goes back. */
  readonly monotonic: () => number;
  /** How long a nonce is remembered at least. */
  readonly keepMs: number;
  /** Nonces of one client at once. */
  readonly maxPerClient: number;
  /** Unix seconds: the youngest time stamp whose nonces were not all seen by this memory. */
  readonly floor: number;
}

/** `new` and now remembered · `seen` before · `forgotten`: too old to say which · `full`: new, and not remembered. */
export type Recollection = 'new' | 'seen' | 'forgotten' | 'full';

interface Generation {
  readonly since: number;
  newestTs: number;
  readonly nonces: Map<string, Set<string>>;
}

/** Generations a nonce's life is divided into. More would free memory sooner and make every look longer. */
const PARTS = 5;

/**
 * Which nonces were used. They are kept in generations that are dropped whole, so forgetting costs nothing per nonce and
 * no timer runs; a live nonce is never dropped to make room, or strangers could make room for a copy.
 *
 * Age is measured by the monotonic clock, while a time stamp is judged by the wall clock, which may be set back. So the
 * newest time stamp that was dropped becomes the floor, and whatever is stamped at or below it is refused: what cannot
 * be told from a copy counts as one. While the clock only runs forward, the floor lies outside the window anyway.
 *
 * A nonce costs about 70 bytes; it is the caller's business to bound the number of clients.
 */
export class NonceMemory {
  readonly #options: NonceMemoryOptions;
  readonly #partMs: number;
  /** Oldest first. */
  readonly #generations: Generation[] = [];
  #floor: number;

  constructor(options: NonceMemoryOptions) {
    this.#options = options;
    this.#partMs = options.keepMs / PARTS;
    this.#floor = options.floor;
  }

  /** Nonces of a client, the expired ones not yet dropped included. */
  held(client: string): number {
    let held = 0;
    for (const { nonces } of this.#generations) held += nonces.get(client)?.size ?? 0;
    return held;
  }

  /** Milliseconds until the oldest nonces of a client are dropped; 0 when there are none. */
  roomInMs(client: string): number {
    const oldest = this.#generations.find(({ nonces }) => nonces.has(client));
    return oldest === undefined ? 0 : Math.max(0, this.#diesAt(oldest) - this.#options.monotonic());
  }

  /** @param ts the time stamp that was signed together with the nonce, unix seconds */
  remember(client: string, nonce: string, ts: number): Recollection {
    const youngest = this.#turn();
    if (ts <= this.#floor) return 'forgotten';
    // 16 characters of one byte each, in a string of their own: a slice would keep the whole header it was cut from.
    const bytes = Buffer.from(nonce, 'base64url').toString('latin1');
    if (this.#generations.some(({ nonces }) => nonces.get(client)?.has(bytes))) return 'seen';
    if (this.held(client) >= this.#options.maxPerClient) return 'full';
    let own = youngest.nonces.get(client);
    if (own === undefined) {
      own = new Set();
      youngest.nonces.set(client, own);
    }
    own.add(bytes);
    youngest.newestTs = Math.max(youngest.newestTs, ts);
    return 'new';
  }

  /** Drops what is old enough; answers the generation that takes new nonces. */
  #turn(): Generation {
    const now = this.#options.monotonic();
    for (let oldest = this.#generations[0]; oldest !== undefined; oldest = this.#generations[0]) {
      if (this.#diesAt(oldest) > now) break;
      this.#floor = Math.max(this.#floor, oldest.newestTs);
      this.#generations.shift();
    }
    const youngest = this.#generations.at(-1);
    if (youngest !== undefined && now - youngest.since < this.#partMs) return youngest;
    const next: Generation = { since: now, newestTs: 0, nonces: new Map() };
    this.#generations.push(next);
    return next;
  }

  #diesAt({ since }: Generation): number {
    return since + this.#partMs + this.#options.keepMs;
  }
}
