import { CallError } from '@callsheet/protocol';
import { addressKey } from './address-key.ts';
import { Tally } from './tally.ts';

export interface ConnectionLimits {
  /** Of everybody together. */
  readonly maxConnections: number;
  /** Of one principal, by any number of credentials. */
  readonly maxPerPrincipal: number;
  /** Of one address (IPv6: one /64), before it is known who is there. */
  readonly maxWaitingPerAddress: number;
  /** How long a connection may wait; after that its place is free for certain. */
  readonly openingTimeoutMs: number;
}

/** One connection's place. It counts for its address until `opened` says whose it is, and for nobody after `leave`. */
export interface Seat {
  /**
   * Somebody proved to be this principal. Again for the same principal changes nothing; another one moves the seat.
   *
   * @throws CallError TOO_MANY_IN_FLIGHT when the principal has no place left; the seat stays what it was.
   */
  opened(principalId: string): void;
  /** Gives the place back; as often as one likes. */
  leave(): void;
}

/** When to look again for a place nobody knows the end of. */
const RETRY_MS = 5_000;

/**
 * How many connections there may be at once. Two rows of the error table say so. A full gateway is OVERLOADED (503): it is
 * the gateway's trouble, another one may have room, and no caller is to blame. A full principal or address is
 * TOO_MANY_IN_FLIGHT (429) and not RATE_LIMITED: these count what is there at once, so waiting alone does not help as it
 * does with a rate; closing a connection does.
 */
export class ConnectionCaps {
  readonly #limits: ConnectionLimits;
  readonly #waiting = new Tally();
  readonly #principals = new Tally();
  #total = 0;

  /** @throws Error when a limit is not a whole number from 1. */
  constructor(limits: ConnectionLimits) {
    for (const [name, value] of Object.entries(limits)) {
      if (!Number.isInteger(value) || value < 1) {
        throw new Error(`Cannot cap connections with ${name} = ${value}; use a whole number from 1`);
      }
    }
    this.#limits = limits;
  }

  get total(): number {
    return this.#total;
  }

  /** Connections of the address that are not open yet. */
  waitingFrom(address: string): number {
    return this.#waiting.count(addressKey(address));
  }

  openOf(principalId: string): number {
    return this.#principals.count(principalId);
  }

  /**
   * A connection is there.
   *
   * @param principalId whose it is, when that is known already: it then does not count as waiting.
   * @throws CallError OVERLOADED, or TOO_MANY_IN_FLIGHT when too many of this address wait or the principal has too many.
   */
  enter(address: string, principalId?: string): Seat {
    const { maxConnections } = this.#limits;
    if (this.#total >= maxConnections) {
      const sentence = `Cannot take another connection: all ${maxConnections} places are taken; try again later`;
      throw new CallError('OVERLOADED', sentence, { retryAfterMs: RETRY_MS });
    }
    const key = principalId ?? addressKey(address);
    if (principalId === undefined) this.#refuseWaiting(key);
    else this.#refuseOpen(key);
    const tally = principalId === undefined ? this.#waiting : this.#principals;
    this.#total += 1;
    tally.add(key);
    return this.#seat(tally, key);
  }

  #seat(first: Tally, firstKey: string): Seat {
    let tally = first;
    let key = firstKey;
    let left = false;
    return {
      opened: (principalId) => {
        if (left || (tally === this.#principals && key === principalId)) return;
        this.#refuseOpen(principalId);
        tally.remove(key);
        tally = this.#principals;
        key = principalId;
        tally.add(key);
      },
      leave: () => {
        if (left) return;
        left = true;
        this.#total -= 1;
        tally.remove(key);
      },
    };
  }

  #refuseWaiting(address: string): void {
    const { maxWaitingPerAddress: most, openingTimeoutMs } = this.#limits;
    if (this.#waiting.count(address) < most) return;
    const sentence = `Cannot take another connection from "${address}": ${most} have not opened a session yet`;
    const facts = { retryAfterMs: openingTimeoutMs, details: { limit: 'address' } };
    throw new CallError('TOO_MANY_IN_FLIGHT', `${sentence}; send session/open on those first`, facts);
  }

  #refuseOpen(principalId: string): void {
    const { maxPerPrincipal: most } = this.#limits;
    if (this.#principals.count(principalId) < most) return;
    const sentence = `Cannot open another connection of "${principalId}": ${most} are open`;
    const facts = { retryAfterMs: RETRY_MS, details: { limit: 'principal' } };
    throw new CallError('TOO_MANY_IN_FLIGHT', `${sentence}; close one, or send more calls over it`, facts);
  }
}
