import { addressKey } from '../../limits/address-key.ts';
import { Gcra } from '../../limits/gcra.ts';
import { GcraMap } from '../../limits/gcra-map.ts';

/** Counts attempts under a key: 0 when one more may pass, else the milliseconds until it may. */
export interface AttemptLimit {
  take(key: string, now: number): number;
}

export interface LoginLimitsOptions {
  /** Milliseconds that never go back. */
  readonly now: () => number;
  readonly perUserAndAddress?: AttemptLimit;
  readonly perUser?: AttemptLimit;
  readonly perSessionOwner?: AttemptLimit;
}

const HOUR_MS = 3_600_000;

/**
 * How often passwords may be tried, counted before anything is hashed, right or wrong. Five at once and then one each
 * three minutes for a user from one address; twenty at once and then one each three minutes for a user from anywhere.
 * The second keeps a guesser with many addresses to 480 a day. Its price: such a guesser can keep the user from logging
 * in, but not from using a session that is open.
 *
 * Refreshing is bounded as well, far above what a dozen devices need: each one leaves a row in the database.
 */
export class LoginLimits {
  readonly #options: Required<LoginLimitsOptions>;

  constructor(options: LoginLimitsOptions) {
    this.#options = {
      perUserAndAddress: new GcraMap(new Gcra({ calls: 5, windowMs: HOUR_MS / 4, burst: 4 })),
      perUser: new GcraMap(new Gcra({ calls: 20, windowMs: HOUR_MS, burst: 19 })),
      perSessionOwner: new GcraMap(new Gcra({ calls: 120, windowMs: HOUR_MS, burst: 59 })),
      ...options,
    };
  }

  /** Milliseconds to wait, 0 when the attempt may go on. One address alone cannot use up what the user has. */
  takeLogin(username: string, address: string): number {
    const { now, perUserAndAddress, perUser } = this.#options;
    const wait = perUserAndAddress.take(`${addressKey(address)} ${username}`, now());
    return wait > 0 ? wait : perUser.take(username, now());
  }

  /** Milliseconds to wait, 0 when the user may refresh a session. */
  takeRefresh(user: string): number {
    const { now, perSessionOwner } = this.#options;
    return perSessionOwner.take(user, now());
  }
}
