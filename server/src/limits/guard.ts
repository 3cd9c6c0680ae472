import { CallError } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import { addressKey } from './address-key.ts';
import { Gcra } from './gcra.ts';
import { DEFAULT_MAX_KEYS, GcraMap } from './gcra-map.ts';

export interface GuardOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Wrong credentials one address may present at once. Default 20. */
  readonly attempts?: number;
  /** How long it then takes until all of them are forgiven, one after the other. Default 900,000. */
  readonly windowMs?: number;
  /** Addresses remembered. Default 100,000; beyond, the address that is forgiven first is forgotten first. */
  readonly maxAddresses?: number;
}

/**
 * Slows down whoever guesses credentials: after 20 wrong ones an address (an IPv6 /64) has to wait, and gets one more
 * every 45 s. Within `t` ms it gets at most `attempts · (1 + t / windowMs)` guesses.
 *
 * There is nothing to tell it of a success, on purpose. A success that wiped the slate would let the owner of one good
 * key guess the keys of others for ever, one good login after every 19 wrong ones; so wrong ones are forgiven by time
 * alone. For the same reason a blocked address is refused before its credential is looked at: were good ones let
 * through, guessing would go on.
 *
 * Guesses that are being verified at the same moment have all passed `check`; each is still charged when it fails, so
 * they make the wait longer and gain nothing.
 */
export class Guard {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #failures: GcraMap;
  readonly #attempts: number;
  readonly #windowMs: number;

  /** @throws Error when an option makes no sense. */
  constructor({ clock, attempts = 20, windowMs = 900_000, maxAddresses = DEFAULT_MAX_KEYS }: GuardOptions) {
    this.#clock = clock;
    this.#attempts = attempts;
    this.#windowMs = windowMs;
    this.#failures = new GcraMap(new Gcra({ calls: attempts, windowMs, burst: attempts - 1 }), maxAddresses);
  }

  /** Addresses remembered now. */
  get size(): number {
    return this.#failures.size;
  }

  /**
   * Before a credential is looked at.
   *
   * @throws CallError RATE_LIMITED with the exact `retryAfterMs`, details `{ limit: "credentials" }`.
   */
  check(address: string): void {
    const key = addressKey(address);
    const retryAfterMs = this.#failures.wait(key, this.#clock.monotonic());
    if (retryAfterMs === 0) return;
    const most = `more than ${this.#attempts} wrong credentials in ${this.#windowMs / 1_000} s`;
    const sentence = `Cannot authenticate from "${key}": ${most}; try again in ${retryAfterMs} ms`;
    throw new CallError('RATE_LIMITED', sentence, { retryAfterMs, details: { limit: 'credentials' } });
  }

  /** After a credential was found to be wrong. A missing one is none. */
  failed(address: string): void {
    this.#failures.charge(addressKey(address), this.#clock.monotonic());
  }
}
