import { reconnectDelay } from './backoff.ts';
import type { Clock, Timer } from './clock.ts';
import type { CredentialReason, PresentedCredential } from './credentials.ts';
import { AuthError, RpcClientError, TimeoutError } from './errors.ts';

export interface CredentialKeeperParts {
  readonly clock: Clock;
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** How long before its end a credential is replaced. Milliseconds. */
  readonly refreshBeforeMs: number;
  present(why: CredentialReason): Promise<PresentedCredential | undefined>;
  /** Sends `session/refresh`; resolves with the answer. */
  refresh(auth: PresentedCredential): Promise<{ readonly expiresAt?: string | undefined }>;
  /** Told of every try that failed; there will be another one. */
  failed(error: unknown): void;
}

/** The server tells a session this long before it ends (PROTOCOL.md, «Until when, and what then»). */
const NOTICE_MS = 60_000;
/** A life shorter than this is one the two clocks do not agree on: the server's notice says more. */
const LEAST_LIFE_MS = 1_000;
/** A credential function that takes longer is asked again. */
const PRESENT_MS = 30_000;

/**
 * Replaces the credential of one open session before it ends, without another dial. One try at a time; after a failure
 * again and again, with growing random pauses, until the session ends and `stop` is called. Clocks of client and server may
 * disagree: the end is taken from this machine's clock first, and corrected by the server's notice.
 */
export class CredentialKeeper {
  readonly #parts: CredentialKeeperParts;
  #openedAt = 0;
  /** When the credential ends, on the clock that never jumps; Infinity while nobody knows. */
  #endsAt = Infinity;
  #failures = 0;
  /** Grows with everything that makes a running try worthless. */
  #try = 0;
  #trying = false;
  #why: CredentialReason = 'expiring';
  #timer: Timer | undefined;

  constructor(parts: CredentialKeeperParts) {
    this.#parts = parts;
  }

  /** A session was opened, or refreshed, with a credential that ends then (ISO 8601). */
  opened(expiresAt: string | undefined): void {
    const { clock, wallClock } = this.#parts;
    this.stop();
    this.#openedAt = clock.now();
    this.#failures = 0;
    this.#why = 'expiring';
    const life = expiresAt === undefined ? Infinity : Date.parse(expiresAt) - wallClock();
    this.#endsAt = this.#openedAt + life;
    if (life >= LEAST_LIFE_MS && life < Infinity) this.#plan();
  }

  /** The server says that the credential ends within a minute. */
  expiring(): void {
    const now = this.#parts.clock.now();
    const left = this.#endsAt - now;
    this.#endsAt = now + (left > 0 ? Math.min(left, NOTICE_MS) : NOTICE_MS);
    if (!this.#trying && this.#failures === 0) this.#plan();
  }

  /** Nothing is refreshed any more, until another session is opened. */
  stop(): void {
    this.#timer?.cancel();
    this.#try++;
    this.#trying = false;
  }

  /** Not before half of its life is over: the server gives notice of short lives at once, and would be asked in a loop. */
  #plan(): void {
    const now = this.#parts.clock.now();
    const left = this.#endsAt - now;
    const untilHalf = (this.#openedAt + this.#endsAt) / 2 - now;
    this.#after(Math.max(0, left - this.#parts.refreshBeforeMs, untilHalf));
  }

  #after(ms: number): void {
    this.#timer?.cancel();
    // Longer than a platform's timer can hold: look again then.
    const wait = Math.min(ms, MAX_TIMER_MS);
    this.#timer = this.#parts.clock.after(wait, () => (wait < ms ? this.#plan() : void this.#refresh()));
  }

  async #refresh(): Promise<void> {
    const { clock, present, refresh } = this.#parts;
    const mine = ++this.#try;
    this.#trying = true;
    this.#timer = clock.after(PRESENT_MS, () => this.#fail(new TimeoutError('connect', SLOW, { retryable: true })));
    try {
      const credential = await present(this.#why);
      if (mine !== this.#try) return;
      this.#timer.cancel();
      if (credential === undefined) return;
      const { expiresAt } = await refresh(credential);
      if (mine === this.#try) this.opened(expiresAt);
    } catch (error) {
      if (mine === this.#try) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const { clock, random, failed } = this.#parts;
    this.stop();
    const pause = reconnectDelay(++this.#failures, {}, random);
    const asked = RpcClientError.is(error) ? (error.retryAfterMs ?? 0) : 0;
    let refused = 0;
    if (AuthError.is(error)) {
      this.#why = 'rejected';
      // The server counts wrong credentials and blocks an address that shows many.
      refused = Math.min(NOTICE_MS, this.#endsAt - clock.now()) / 2;
    }
    this.#after(Math.max(pause, asked, refused));
    failed(error);
  }
}

const MAX_TIMER_MS = 2_147_483_647;
const SLOW = `Cannot refresh the session: the credential function gave nothing within ${PRESENT_MS} ms`;
