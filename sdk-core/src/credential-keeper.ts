import { reconnectDelay } from './backoff.ts';
import type { Timer } from './clock.ts';
import { type CredentialReason, type Credentials, isRenewable, type PresentedCredential } from './credentials.ts';
import { AuthError, RpcClientError, TimeoutError } from './errors.ts';
import type { Message } from './read-frame.ts';
import type { ConnectionSettings } from './settings.ts';
import { errorFromWire } from './wire-errors.ts';
import { requestText } from './write-message.ts';

/** What keeping the credential of a link fresh takes of that link. */
export interface KeptLink {
  present(why: CredentialReason): Promise<PresentedCredential | undefined>;
  send(text: string): void;
  /** Told of every try that failed; another one follows. */
  failed(error: unknown): void;
}

/** What a link tells whoever keeps its credential fresh. */
export interface LinkKeeper {
  /** The session is open, with a credential that ends then (ISO 8601). */
  opened(expiresAt: string | undefined): void;
  /** Looks at every message; true when it was for the keeper. */
  heard(message: Message): boolean;
  /** The session is over. */
  stop(): void;
}

export interface CredentialKeeperParts extends Pick<ConnectionSettings, 'clock' | 'wallClock' | 'random'> {
  /** How long before its end a credential is replaced. Milliseconds. */
  readonly refreshBeforeMs: number;
  readonly present: KeptLink['present'];
  /** Sends `session/refresh`; resolves with the answer, rejects with the refusal. */
  refresh(auth: PresentedCredential): Promise<{ readonly expiresAt?: string | undefined }>;
  readonly failed: KeptLink['failed'];
}

export interface CredentialKeeper extends Pick<LinkKeeper, 'opened' | 'stop'> {
  /** The server gives notice: the credential ends within a minute. */
  expiring(): void;
}

/** The server gives notice this long before a session ends (PROTOCOL.md, «Until when, and what then»). */
const NOTICE_MS = 60_000;
/** With less of a life the two clocks do not agree on what time it is; the notice says more. */
const LEAST_LIFE_MS = 1_000;
/** A try that takes longer is given up: token functions may hang. */
const TRY_MS = 30_000;
/** The longest a platform's timer can wait. */
const MAX_TIMER_MS = 2_147_483_647;

/** A text, so that it can never meet the id of a call, which is a number. */
const REFRESH_ID = 'refresh';

/** How long before its end a credential is replaced, in milliseconds; undefined for one that is always the same. */
export function refreshBeforeMs(auth: Credentials): number | undefined {
  const { refreshBeforeMs = 60_000 } = auth as { readonly refreshBeforeMs?: number };
  return auth.type === 'hmac' || isRenewable(auth) ? refreshBeforeMs : undefined;
}

/** Keeps the credential of one link fresh, where it can be replaced. */
export function keepCredential(settings: ConnectionSettings, link: KeptLink): LinkKeeper | undefined {
  const before = refreshBeforeMs(settings.auth);
  if (!before) return undefined;
  let answer: ((message: Message) => void) | undefined;
  const keeper = credentialKeeper({
    ...settings,
    ...link,
    refreshBeforeMs: before,
    refresh: (auth) =>
      new Promise((resolve, reject) => {
        answer = (message) => {
          if (message.kind === 'success') resolve(Object(message.result));
          else if (message.kind === 'failure') reject(errorFromWire(message.error));
        };
        link.send(requestText(REFRESH_ID, 'session/refresh', { auth: { ...auth } }));
      }),
  });
  return {
    ...keeper,
    heard(message) {
      if (message.kind === 'notification') {
        if (message.method === 'session/expiring') keeper.expiring();
        return false;
      }
      const isAnswer = message.id === REFRESH_ID;
      if (isAnswer) answer?.(message);
      return isAnswer;
    },
  };
}

/**
 * Replaces the credential of one open session before it ends, without another dial. One try at a time; after a failure
 * again and again, with growing random pauses, until the session is over and `stop` is called. The clocks of client and
 * server may disagree: the end is what this machine's clock makes of it, until the server gives notice.
 */
export function credentialKeeper(parts: CredentialKeeperParts): CredentialKeeper {
  const { clock, wallClock, random, present, refresh, failed } = parts;
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
  const plan = (): void => after(Math.max(endsAt - parts.refreshBeforeMs, (openedAt + endsAt) / 2) - clock.now());

  const replace = async (): Promise<void> => {
    isQuiet = false;
    const mine = ++current;
    const sentence = `Cannot refresh the session: no newer credential within ${TRY_MS} ms`;
    timer = clock.after(TRY_MS, () => fail(new TimeoutError('connect', sentence, { retryable: true })));
    try {
      const credential = await present(why);
      if (mine !== current) return;
      if (credential) {
        const { expiresAt } = await refresh(credential);
        if (mine === current) opened(expiresAt);
      }
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

  const opened = (expiresAt: string | undefined): void => {
    stop();
    isQuiet = true;
    why = 'expiring';
    failures = 0;
    openedAt = clock.now();
    const life = expiresAt === undefined ? Infinity : Date.parse(expiresAt) - wallClock();
    endsAt = openedAt + life;
    if (life >= LEAST_LIFE_MS && life < Infinity) plan();
  };

  const expiring = (): void => {
    const now = clock.now();
    const left = endsAt - now;
    endsAt = now + (left > 0 ? Math.min(left, NOTICE_MS) : NOTICE_MS);
    if (isQuiet) plan();
  };

  return { opened, expiring, stop };
}
