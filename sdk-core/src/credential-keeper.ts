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
  /** Sends `session/refresh`; resolves with the answer, rejects with the refusal. */
  refresh(auth: PresentedCredential): Promise<{ readonly expiresAt?: string | undefined }>;
  /** Told of every try that failed; another one follows. */
  failed(error: unknown): void;
}

/** The server gives notice this long before a session ends (PROTOCOL.md, «Until when, and what then»). */
const NOTICE_MS = 60_000;
/** With less of a life the two clocks do not agree on what time it is; the notice says more. */
const LEAST_LIFE_MS = 1_000;
/** A try that takes longer is given up: token functions may hang. */
const TRY_MS = 30_000;
/** The longest a platform's timer can wait. */
const MAX_TIMER_MS = 2_147_483_647;

/**
 * Replaces the credential of one open session before it ends, without another dial. One try at a time; after a failure
 * again and again, with growing random pauses, until the session is over and `stop` is called. The clocks of client and
 * server may disagree: the end is what this machine's clock makes of it, until the server gives notice.
 */
export class CredentialKeeper {
  readonly #parts: CredentialKeeperParts;
  #isOpen = false;
  #openedAt = 0;
  /** On the clock that never jumps. */
  #endsAt = Infinity;
  #why: CredentialReason = 'expiring';
  #failures = 0;
  /** Number of the try that counts; whatever an older one brings comes too late. */
  #try = 0;
  #isTrying = false;
  #timer: Timer | undefined;

  constructor(parts: CredentialKeeperParts) {
    this.#parts = parts;
  }

  /** A session was opened or refreshed, with a credential that ends then (ISO 8601). */
  opened(expiresAt: string | undefined): void {
    const { clock, wallClock } = this.#parts;
    this.stop();
    this.#isOpen = true;
    this.#openedAt = clock.now();
    this.#why = 'expiring';
    this.#failures = 0;
    const life = expiresAt === undefined ? Infinity : Date.parse(expiresAt) - wallClock();
    this.#endsAt = this.#openedAt + life;
    if (life >= LEAST_LIFE_MS && life < Infinity) this.#plan();
  }

  /** The server gives notice: the credential ends within a minute. */
  expiring(): void {
    if (!this.#isOpen) return;
    const now = this.#parts.clock.now();
    const left = this.#endsAt - now;
    this.#endsAt = now + (left > 0 ? Math.min(left, NOTICE_MS) : NOTICE_MS);
    if (!this.#isTrying && this.#failures === 0) this.#plan();
  }

  /** The session is over. Nothing is refreshed any more until another one is opened. */
  stop(): void {
    this.#isOpen = false;
    this.#endTry();
  }

  /** Not before half of the life is over: of short lives the server gives notice at once, and that would be a loop. */
  #plan(): void {
    const now = this.#parts.clock.now();
    const untilHalf = (this.#openedAt + this.#endsAt) / 2 - now;
    this.#after(Math.max(this.#endsAt - now - this.#parts.refreshBeforeMs, untilHalf));
  }

  #after(ms: number): void {
    this.#timer?.cancel();
    // No timer where there is nothing to wait for: in a hidden page it could take a minute.
    if (ms <= 0) void this.#refresh();
    else if (ms > MAX_TIMER_MS) this.#timer = this.#parts.clock.after(MAX_TIMER_MS, () => this.#plan());
    else this.#timer = this.#parts.clock.after(ms, () => void this.#refresh());
  }

  async #refresh(): Promise<void> {
    const { clock, present, refresh } = this.#parts;
    const mine = ++this.#try;
    this.#isTrying = true;
    this.#timer = clock.after(TRY_MS, () => this.#fail(new TimeoutError('connect', SLOW, { retryable: true })));
    try {
      const credential = await present(this.#why);
      if (mine !== this.#try) return;
      if (credential === undefined) {
        this.#endTry();
        return;
      }
      const { expiresAt } = await refresh(credential);
      if (mine === this.#try) this.opened(expiresAt);
    } catch (error) {
      if (mine === this.#try) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const { clock, random, failed } = this.#parts;
    this.#endTry();
    const left = this.#endsAt - clock.now();
    let pause = reconnectDelay(++this.#failures, {}, random);
    if (AuthError.is(error)) {
      // The server counts wrong credentials, and blocks an address that shows twenty.
      this.#why = 'rejected';
      pause = left > 0 ? Math.max(left / 2, 1_000) : 30_000;
    } else if (left > 0) {
      pause = Math.min(pause, Math.max(left / 2, 250));
    }
    this.#after(Math.max(1, pause, (RpcClientError.is(error) && error.retryAfterMs) || 0));
    failed(error);
  }

  #endTry(): void {
    this.#timer?.cancel();
    this.#try++;
    this.#isTrying = false;
  }
}

const SLOW = `Cannot refresh the session: no newer credential within ${TRY_MS} ms`;
