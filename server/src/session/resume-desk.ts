import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Principal } from '@callsheet/protocol';

/** A session a client can come back to. */
export interface Resumable {
  readonly id: string;
  readonly principal: Principal;
  readonly inFlight: number;
  /** Characters kept for its client. */
  readonly held: number;
  /** Ends it for good. */
  finish(): void;
}

export interface DeskLimits {
  /** Sessions that may wait for their clients at once; beyond, the one that waits longest ends. */
  readonly mostWaiting: number;
  /** The same for one caller, whose own oldest ends. */
  readonly mostPerPrincipal?: number;
  /** Characters kept for all of them together; beyond, the one with the most ends. */
  readonly mostHeld?: number;
}

const MOST_PER_PRINCIPAL = 32;
const MOST_HELD = 67_108_864;
/** Sums are made anew after so many messages: they grow one by one, and walking over all sessions costs. */
const SUM_EVERY = 256;

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
  readonly #limits: Required<DeskLimits>;
  #messages = 0;

  constructor(limits: DeskLimits, random: (bytes: number) => Buffer = randomBytes) {
    this.#limits = { mostPerPrincipal: MOST_PER_PRINCIPAL, mostHeld: MOST_HELD, ...limits };
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
    const own = this.waiting().filter(({ principal }) => principal.id === session.principal.id);
    if (own.length > this.#limits.mostPerPrincipal) own[0]?.finish();
    const [oldest] = this.#waiting.values();
    if (this.#waiting.size > this.#limits.mostWaiting) oldest?.finish();
    this.#bound();
  }

  /** Called when more is kept for one that waits. */
  grew(): void {
    this.#messages += 1;
    if (this.#messages % SUM_EVERY === 0) this.#bound();
  }

  /** Ends those for whom most is kept, a quarter of all: the gateway is short of memory. Answers how many. */
  shed(): number {
    const heavy = this.waiting().sort((a, b) => b.held - a.held);
    const gone = heavy.slice(0, Math.ceil(heavy.length / 4));
    for (const session of gone) session.finish();
    return gone.length;
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

  #bound(): void {
    let held = 0;
    for (const session of this.#waiting.values()) held += session.held;
    while (held > this.#limits.mostHeld) {
      const [heaviest] = this.waiting().sort((a, b) => b.held - a.held);
      if (heaviest === undefined) return;
      held -= heaviest.held;
      heaviest.finish();
    }
  }

  /** The sessions that wait for their clients. */
  waiting(): S[] {
    return [...this.#waiting.values()];
  }
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
