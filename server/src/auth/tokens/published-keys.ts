import type { Clock } from '../../clock.ts';
import { type PublishedAlgorithm, type PublishedKey, readKeySet } from './jwks-set.ts';
import { TokenRefused } from './refused.ts';

export interface PublishedKeysOptions {
  readonly algorithms: readonly PublishedAlgorithm[];
  /** Fetches the text of the set; rejects when the issuer cannot be reached. */
  readonly fetch: () => Promise<string>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** A key that was there is gone: time to ask who is still good. */
  readonly onWithdrawn?: () => void;
  /** The issuer could not be reached, or did not send a key set. */
  readonly onFault?: (error: unknown) => void;
}

/** A set this old is fetched again, while it still serves. */
const FRESH_MS = 300_000;
/** When the issuer is down then, the old set serves for so much longer. */
const KEEP_MS = 600_000;
/** A name that is not in the set makes us look again, but not more often than this: anybody can invent names. */
const BETWEEN_MS = 30_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

/** The keys an issuer publishes, as fresh as they need to be. */
export class PublishedKeys {
  readonly #options: PublishedKeysOptions;
  #keys: readonly PublishedKey[] = [];
  /** When the set we have was fetched, on the monotonic clock. */
  #fetchedAt = -Infinity;
  #nextFetchAt = -Infinity;
  #failures = 0;
  #fetching: Promise<void> | undefined;

  constructor(options: PublishedKeysOptions) {
    this.#options = options;
  }

  /**
   * The key of this name that fits the algorithm; without a name, the only one that does.
   *
   * @throws TokenRefused when there is none, or no set young enough to know.
   */
  async find(kid: string | undefined, alg: string): Promise<PublishedKey> {
    this.keepFresh();
    const known = this.#choose(kid, alg);
    if (known !== undefined) return known;
    await this.#fetch();
    const found = this.#choose(kid, alg);
    if (found !== undefined) return found;
    throw new TokenRefused(this.#serves() ? 'unknown key' : 'issuer cannot be reached');
  }

  /** Fetches the set again in the background when it is no longer young. */
  keepFresh(): void {
    if (this.#age() >= FRESH_MS) void this.#fetch();
  }

  /** True while the issuer publishes this key, as far as we can know. */
  holds(key: PublishedKey): boolean {
    return this.#serves() && this.#keys.includes(key);
  }

  #choose(kid: string | undefined, alg: string): PublishedKey | undefined {
    if (!this.#serves()) return undefined;
    const fitting = this.#keys.filter((key) => key.algorithms.some((one) => one === alg));
    if (kid !== undefined) return fitting.find((key) => key.kid === kid);
    return fitting.length === 1 ? fitting[0] : undefined;
  }

  #age(): number {
    return this.#options.clock.monotonic() - this.#fetchedAt;
  }

  #serves(): boolean {
    return this.#age() < FRESH_MS + KEEP_MS;
  }

  /** Never rejects. Everybody who asks meanwhile waits for the one fetch. */
  #fetch(): Promise<void> {
    if (this.#fetching !== undefined) return this.#fetching;
    if (this.#options.clock.monotonic() < this.#nextFetchAt) return Promise.resolve();
    this.#fetching = this.#refresh().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #refresh(): Promise<void> {
    const { fetch, algorithms, clock, onFault } = this.#options;
    try {
      this.#adopt(readKeySet(await fetch(), algorithms));
      this.#failures = 0;
      this.#fetchedAt = clock.monotonic();
      this.#nextFetchAt = this.#fetchedAt + BETWEEN_MS;
    } catch (error) {
      this.#nextFetchAt = clock.monotonic() + Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LAST_RETRY_MS);
      this.#failures += 1;
      onFault?.(error);
    }
  }

  #adopt(keys: readonly PublishedKey[]): void {
    const before = new Map(this.#keys.map((key) => [key.text, key]));
    this.#keys = keys.map((key) => before.get(key.text) ?? key);
    const now = new Set(this.#keys);
    if ([...before.values()].some((key) => !now.has(key))) this.#options.onWithdrawn?.();
  }
}
