import { CallError, type Principal } from '@callsheet/protocol';
import type { Identity } from '../auth/identity.ts';
import type { Clock } from '../clock.ts';

/** How long before its end a session is told to bring a new credential. */
const NOTICE_MS = 60_000;

export interface MembershipEvents {
  /** The credential ends soon, or has fewer than 60 s left when it comes. */
  readonly onExpiring: (expiresAt: number) => void;
  readonly onExpired: () => void;
}

const UNPROVEN =
  'Cannot do this without a credential: set CALLSHEET_API_KEY, or give the client `auth`; without an SDK, show an API key or ' +
  'another one as "auth" in session/open or in a header of the upgrade';

/** Who speaks in a session, and for how long. */
export class Membership {
  readonly #clock: Clock;
  readonly #events: MembershipEvents;
  #identity: Identity | undefined;
  #takeBack: (() => void) | undefined;

  constructor(clock: Clock, events: MembershipEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  get identity(): Identity | undefined {
    return this.#identity;
  }

  /** @throws CallError UNAUTHENTICATED while nobody has proved who they are */
  get principal(): Principal {
    if (this.#identity === undefined) throw new CallError('UNAUTHENTICATED', UNPROVEN);
    return this.#identity.principal;
  }

  /** From now on it is this one, and its end counts. */
  assume(identity: Identity): void {
    this.end();
    this.#identity = identity;
    const { expiresAt } = identity;
    if (expiresAt !== undefined) this.#watch(expiresAt, expiresAt - NOTICE_MS);
  }

  /** Takes all appointments back. */
  end(): void {
    this.#takeBack?.();
    this.#takeBack = undefined;
  }

  /** One appointment at a time: first for the notice, then for the end. Timers that come early are made again. */
  #watch(expiresAt: number, noticeAt: number | undefined): void {
    const next = noticeAt ?? expiresAt;
    this.#takeBack = this.#clock.after(Math.max(0, next - this.#clock.now()), () => {
      if (this.#clock.now() < next) this.#watch(expiresAt, noticeAt);
      else if (noticeAt === undefined) this.#events.onExpired();
      else {
        this.#watch(expiresAt, undefined);
        this.#events.onExpiring(expiresAt);
      }
    });
  }
}
