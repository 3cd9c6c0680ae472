import { createHash, randomBytes } from 'node:crypto';
import { CallError } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { Identity } from './identity.ts';

export interface TicketsOptions {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly random?: (bytes: number) => Uint8Array;
  /** How long a ticket is good; 30 s when not said: enough to open a socket with it. */
  readonly ttlMs?: number;
  /** Unused tickets at once; 10,000 when not said. */
  readonly max?: number;
  /** Unused tickets of one principal at once; 32 when not said. */
  readonly maxPerPrincipal?: number;
}

export interface IssuedTicket {
  /** `tkt_` and 256 random bits as 43 characters of base64url. */
  readonly ticket: string;
  readonly expiresInMs: number;
}

interface Stub {
  readonly identity: Identity;
  readonly origin: string | undefined;
  /** By the monotonic clock. */
  readonly diesAt: number;
}

const FORM = /^tkt_[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/**
 * Single-use tickets: a web page cannot send headers with a WebSocket, so whoever holds a real credential trades it for
 * a ticket, which the page sends inside `session/open`. A ticket opens the session of the identity it was issued to,
 * from the web origin it was issued to, once, soon. Only its SHA-256 is kept: who reads the memory has no ticket.
 *
 * A server that fetches a ticket for its page sends the page's origin along in `Origin`.
 */
export class Tickets {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly #random: (bytes: number) => Uint8Array;
  readonly #ttlMs: number;
  readonly #max: number;
  readonly #maxPerPrincipal: number;
  /** By hash. All live equally long, so the order of insertion is the order of dying. */
  readonly #stubs = new Map<string, Stub>();
  /** Hashes by principal id, oldest first. */
  readonly #owned = new Map<string, Set<string>>();

  /** @throws RangeError for a bound that is no positive whole number. */
  constructor({ clock, random = randomBytes, ttlMs = 30_000, max = 10_000, maxPerPrincipal = 32 }: TicketsOptions) {
    for (const [name, value] of Object.entries({ ttlMs, max, maxPerPrincipal })) {
      if (Number.isSafeInteger(value) && value > 0) continue;
      throw new RangeError(`Cannot issue tickets with ${name} ${value}: give a whole number, 1 or more`);
    }
    this.#clock = clock;
    this.#random = random;
    this.#ttlMs = ttlMs;
    this.#max = max;
    this.#maxPerPrincipal = maxPerPrincipal;
  }

  /** Tickets held, unused; expired ones are dropped at the next issue. */
  get size(): number {
    return this.#stubs.size;
  }

  /**
   * Makes a ticket. The oldest unused one of the same principal makes room when it has too many: it was forgotten, most
   * likely by a page that was reloaded. Tickets of others never do.
   *
   * @param origin the `Origin` header of the request; undefined when there was none
   * @throws CallError UNAUTHENTICATED when the identity is no longer good, OVERLOADED when all places are taken.
   */
  issue(identity: Identity, origin: string | undefined): IssuedTicket {
    if (!this.#isGood(identity)) {
      throw new CallError('UNAUTHENTICATED', 'Cannot issue a ticket: the credential is no longer valid; use a new one');
    }
    const now = this.#clock.monotonic();
    this.#sweep(now);
    const own = this.#owned.get(identity.principal.id) ?? new Set();
    const [oldest] = own;
    if (own.size >= this.#maxPerPrincipal && oldest !== undefined) this.#take(oldest);
    if (this.#stubs.size >= this.#max) throw this.#full(now);
    const ticket = `tkt_${Buffer.from(this.#random(32)).toString('base64url')}`;
    const hash = hashOf(ticket);
    this.#stubs.set(hash, { identity, origin, diesAt: now + this.#ttlMs });
    this.#owned.set(identity.principal.id, own.add(hash));
    const left = (identity.expiresAt ?? Number.POSITIVE_INFINITY) - this.#clock.now();
    return { ticket, expiresInMs: Math.min(this.#ttlMs, left) };
  }

  /**
   * The identity the ticket was issued to, itself: it ends and is revoked as it would have without a ticket.
   *
   * @param origin the `Origin` header of the upgrade the ticket is used on
   * @returns undefined for an unknown, used or expired ticket, another origin, or an identity that is no longer good.
   * The ticket is gone in every case: who shows it from the wrong place has stolen it.
   */
  redeem(ticket: string, origin: string | undefined): Identity | undefined {
    if (!FORM.test(ticket)) return undefined;
    const stub = this.#take(hashOf(ticket));
    if (stub === undefined || stub.diesAt <= this.#clock.monotonic() || stub.origin !== origin) return undefined;
    return this.#isGood(stub.identity) ? stub.identity : undefined;
  }

  #isGood({ expiresAt, stillGood }: Identity): boolean {
    return stillGood() && (expiresAt === undefined || expiresAt > this.#clock.now());
  }

  #take(hash: string): Stub | undefined {
    const stub = this.#stubs.get(hash);
    if (stub === undefined) return undefined;
    this.#stubs.delete(hash);
    const { id } = stub.identity.principal;
    const own = this.#owned.get(id);
    own?.delete(hash);
    if (own?.size === 0) this.#owned.delete(id);
    return stub;
  }

  #sweep(now: number): void {
    for (const [hash, { diesAt }] of this.#stubs) {
      if (diesAt > now) return;
      this.#take(hash);
    }
  }

  #full(now: number): CallError {
    const [oldest] = this.#stubs.values();
    const retryAfterMs = Math.max(1, Math.ceil((oldest?.diesAt ?? now) - now));
    return new CallError('OVERLOADED', 'Cannot issue another ticket now; too many are unused', { retryAfterMs });
  }
}

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('base64');
}
