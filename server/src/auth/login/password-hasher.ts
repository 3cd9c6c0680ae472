import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { FewAtOnce } from './few-at-once.ts';
import {
  checkCost,
  memoryOf,
  type PasswordHash,
  printPasswordHash,
  readPasswordHash,
  type ScryptCost,
} from './password-hash.ts';

/** OWASP's second choice (the first needs a native dependency): about 0.3 s and 128 MiB for each check. */
export const DEFAULT_COST: ScryptCost = { ln: 17, r: 8, p: 1 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Each takes 128 MiB and a core; the thread pool has other work as well. */
const AT_ONCE = 2;
const WAITING = 32;
/** About as long as a full queue takes. */
const QUEUE_MS = 5_000;

const derive = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt);

export interface PasswordHasherOptions {
  readonly cost?: ScryptCost;
  readonly random?: (bytes: number) => Uint8Array;
}

export interface PasswordVerdict {
  readonly right: boolean;
  /** The stored hash is cheaper to attack than one made today. */
  readonly outdated: boolean;
}

/** Hashes and checks passwords with scrypt, two at a time. */
export class PasswordHasher {
  readonly #cost: ScryptCost;
  readonly #random: (bytes: number) => Uint8Array;
  readonly #places = new FewAtOnce({ running: AT_ONCE, waiting: WAITING, retryAfterMs: QUEUE_MS });

  constructor({ cost = DEFAULT_COST, random = randomBytes }: PasswordHasherOptions = {}) {
    checkCost(cost);
    this.#cost = cost;
    this.#random = random;
  }

  /** A new hash, with a salt of its own. @throws CallError TOO_MANY_IN_FLIGHT */
  async hash(password: string): Promise<string> {
    const [cost, salt] = [this.#cost, this.#random(SALT_BYTES)];
    return printPasswordHash({ cost, salt, hash: await this.#derive(password, { cost, salt }, HASH_BYTES) });
  }

  /**
   * Checks a password. Without a stored one the work is done all the same, so that how long the answer takes does not
   * tell whether there is such a user.
   *
   * @throws CallError TOO_MANY_IN_FLIGHT
   */
  async check(password: string, stored: string | undefined): Promise<PasswordVerdict> {
    if (stored === undefined) {
      await this.hash(password);
      return { right: false, outdated: false };
    }
    const known = readPasswordHash(stored);
    const derived = await this.#derive(password, known, known.hash.length);
    const { ln, r, p } = known.cost;
    const outdated = ln < this.#cost.ln || r < this.#cost.r || p < this.#cost.p;
    return { right: timingSafeEqual(derived, known.hash), outdated };
  }

  #derive(password: string, { cost, salt }: Omit<PasswordHash, 'hash'>, length: number): Promise<Buffer> {
    const { ln, r, p } = cost;
    // Node's bound counts a little more than the memory the paper speaks of.
    const options = { N: 2 ** ln, r, p, maxmem: 2 * memoryOf(cost) };
    // The same letters can be typed in several ways (RFC 8265 §4.2.2).
    return this.#places.run(() => derive(password.normalize('NFC'), salt, length, options));
  }
}
