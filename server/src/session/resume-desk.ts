import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A session a client can come back to. */
export interface Resumable {
  readonly id: string;
  readonly inFlight: number;
  /** Ends it for good. */
  finish(): void;
}

interface Ticketed<S extends Resumable> {
  readonly session: S;
  tokenHash: Buffer;
}

/**
 * The sessions whose clients asked to be able to come back, by id, each under a token of 256 bits that is good once.
 * A session id alone opens nothing.
 */
export class ResumeDesk<S extends Resumable> {
  readonly #sessions = new Map<string, Ticketed<S>>();
  /** Those without a connection, the one that waits longest first. */
  readonly #waiting = new Map<string, S>();
  readonly #random: (bytes: number) => Buffer;
  readonly #mostWaiting: number;

  /** @param mostWaiting sessions that may wait for their clients at once; the one that waits longest ends first */
  constructor(mostWaiting: number, random: (bytes: number) => Buffer = randomBytes) {
    this.#mostWaiting = mostWaiting;
    this.#random = random;
  }

  /** A new token for the session; the one before is worth nothing any more. */
  admit(session: S): string {
    const token = `rsm_${this.#random(32).toString('base64url')}`;
    this.#sessions.set(session.id, { session, tokenHash: hash(token) });
    return token;
  }

  /** The session this token resumes; undefined for whatever does not fit. */
  find(sessionId: string, token: string): S | undefined {
    const known = this.#sessions.get(sessionId);
    return known !== undefined && timingSafeEqual(known.tokenHash, hash(token)) ? known.session : undefined;
  }

  /** Called when a session lost its client. */
  dropped(session: S): void {
    this.#waiting.set(session.id, session);
    const [oldest] = this.#waiting.values();
    if (this.#waiting.size > this.#mostWaiting) oldest?.finish();
  }

  /** Called when its client came back. */
  returned(session: S): void {
    this.#waiting.delete(session.id);
  }

  /** Called when it is over. */
  forget(sessionId: string): void {
    this.#sessions.delete(sessionId);
    this.#waiting.delete(sessionId);
  }

  /** Unanswered calls of sessions without a connection. */
  get inFlight(): number {
    let calls = 0;
    for (const session of this.#waiting.values()) calls += session.inFlight;
    return calls;
  }

  /** The sessions that wait for their clients. */
  waiting(): S[] {
    return [...this.#waiting.values()];
  }
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
