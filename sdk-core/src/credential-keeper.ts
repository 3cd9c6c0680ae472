import { reconnectDelay } from './backoff.ts';
import type { Timer } from './clock.ts';
import { type CredentialReason, type Credentials, isRenewable, type PresentedCredential } from './credentials.ts';
import { AuthError, RpcClientError, TimeoutError } from './errors.ts';
import type { Message } from './read-frame.ts';
import type { ConnectionSettings } from './settings.ts';
import { errorFromWire, unreadable } from './wire-errors.ts';
import { requestText } from './write-message.ts';

/** What keeping the credential of a link fresh takes of that link. */
export interface KeptLink {
  present(why: CredentialReason): Promise<PresentedCredential | undefined>;
  send(text: string): void;
  /** Told of every try that failed; another one follows. */
  failed(error: unknown): void;
}

export interface CredentialKeeper {
  /** A session was opened or refreshed, with a credential that ends then (ISO 8601). */
  opened(expiresAt: string | undefined): void;
  /** Looks at every message of the session; true when it was for the keeper. */
  heard(message: Message): boolean;
  /** The session is over. */
  stop(): void;
}

/** The server gives notice this long before a session ends (PROTOCOL.md, «Until when, and what then»). */
const NOTICE_MS = 60_000;
/** With less of a life the two clocks do not agree on what time it is; the notice says more. */
const LEAST_LIFE_MS = 1_000;
/** A try that takes longer is given up: token functions may hang. */
const TRY_MS = 30_000;
/** The longest a platform's timer can wait. */
const MAX_TIMER_MS = 2_147_483_647;

/** How long before its end a credential is replaced, in milliseconds; undefined for one that is always the same. */
export function refreshBeforeMs(auth: Credentials): number | undefined {
  const { refreshBeforeMs = 60_000 } = auth as { readonly refreshBeforeMs?: number };
  return auth.type === 'hmac' || isRenewable(auth) ? refreshBeforeMs : undefined;
}

/**
 * Replaces the credential of one session before it ends, without another dial, where it can be replaced. One try at a time;
 * after a failure again and again, with growing random pauses, until the session is over and `stop` is called. The clocks of
 * client and server may disagree: the end is what this machine's clock makes of it, until the server gives notice.
 */
export function keepCredential(
  { auth, clock, wallClock, random }: Pick<ConnectionSettings, 'auth' | 'clock' | 'wallClock' | 'random'>,
  { present, send, failed }: KeptLink,
): CredentialKeeper | undefined {
  const before = refreshBeforeMs(auth);
  if (!before) return undefined;
  let openedAt = 0;
  /** On the clock that never jumps. */
  let endsAt = 0;
  let why: CredentialReason = 'expiring';
  let failures = 0;
  /** Number of the try that counts; whatever an older one brings comes too late. */
  let current = 0;
  /** The session is open, and no try was begun. */
  let isQuiet = false;
  let timer: Timer | undefined;

  /** A text, so that it can never meet the id of a call, which is a number. */
  const id = (): string => `refresh${current}`;

  const stop = (): void => {
    timer?.cancel();
    current++;
    isQuiet = false;
  };

  const after = (ms: number): void => {
    timer?.cancel();
    // No timer where there is nothing to wait for: in a hidden page it could take a minute.
    if (ms <= 0) void replace();
    else timer = clock.after(Math.min(ms, MAX_TIMER_MS), ms > MAX_TIMER_MS ? plan : () => void replace());
  };

  /** Not before half of the life is over: of short lives the server gives notice at once, and that would be a loop. */
  const plan = (): void => after(Math.max(endsAt - before, (openedAt + endsAt) / 2) - clock.now());

  const replace = async (): Promise<void> => {
    isQuiet = false;
    const mine = ++current;
    const sentence = `Cannot refresh the session: no newer credential within ${TRY_MS} ms`;
    timer = clock.after(TRY_MS, () => fail(new TimeoutError('connect', sentence, { retryable: true })));
    try {
      const credential = await present(why);
      if (mine !== current) return;
      if (credential) send(requestText(id(), 'session/refresh', { auth: { ...credential } }));
      // Where there is nothing to show, nothing can be replaced.
      else stop();
    } catch (error) {
      if (mine === current) fail(error);
    }
  };

  const fail = (error: unknown): void => {
    stop();
    const left = endsAt - clock.now();
    let pause = reconnectDelay(++failures, {}, random);
    if (AuthError.is(error)) {
      // The server counts wrong credentials, and blocks an address that shows twenty.
      why = 'rejected';
      pause = left > 0 ? Math.max(left / 2, 1_000) : 30_000;
    } else if (left > 0) pause = Math.min(pause, Math.max(left / 2, 250));
    after(Math.max(1, pause, (RpcClientError.is(error) && error.retryAfterMs) || 0));
    failed(error);
  };

  const opened = (expiresAt: unknown): void => {
    stop();
    isQuiet = true;
    why = 'expiring';
    failures = 0;
    openedAt = clock.now();
    const life = typeof expiresAt === 'string' ? Date.parse(expiresAt) - wallClock() : Infinity;
    endsAt = openedAt + life;
    if (life >= LEAST_LIFE_MS && life < Infinity) plan();
  };

  const expiring = (): void => {
    const now = clock.now();
    const left = endsAt - now;
    endsAt = now + (left > 0 ? Math.min(left, NOTICE_MS) : NOTICE_MS);
    if (isQuiet) plan();
  };

  return {
    opened,
    heard(message) {
      const { kind } = message;
      if (kind === 'notification') {
        if (message.method === 'session/expiring') expiring();
        return false;
      }
      const isAnswer = message.id === id();
      if (isAnswer) {
        if (kind === 'success') opened(Object(message.result).expiresAt);
        else fail(kind === 'failure' ? errorFromWire(message.error) : unreadable('the answer to session/refresh'));
      }
      return isAnswer;
    },
    stop,
  };
}
