import type { Clock } from '../../clock.ts';
import type { Identity } from '../identity.ts';
import { AcceptedTokens, identityOf } from './accepted.ts';
import { type ClaimRules, readClaims } from './claims.ts';
import { readHeader } from './compact.ts';
import { fetchKeySet, keySetUrl } from './jwks-fetch.ts';
import type { PublishedAlgorithm, PublishedKey } from './jwks-set.ts';
import { PublishedKeys } from './published-keys.ts';
import { type RefusalReason, reasonOf, TokenRefused } from './refused.ts';
import type { Revocations } from './revocations.ts';

/** The optional package, as far as it is used. */
type Jose = Pick<typeof import('jose'), 'compactVerify'>;

export interface JwksOptions {
  /** From the configuration, never from a token. */
  readonly url: string;
  /** What may be used with the published keys; all four by default. */
  readonly algorithms?: readonly PublishedAlgorithm[];
  readonly rules: ClaimRules;
  readonly revocations: Pick<Revocations, 'covers'>;
  readonly clock: Clock;
  /** For the log and the audit trail; must not reach whoever sent the token. */
  readonly onRefused?: (reason: RefusalReason) => void;
  /** A key was withdrawn: time to ask who is still good. */
  readonly onWithdrawn?: () => void;
  /** The issuer could not be reached. */
  readonly onFault?: (error: unknown) => void;
  /** Good tokens remembered; 10,000 by default. */
  readonly maxRemembered?: number;
  /** Takes http as well, from this very machine: for trying things out. */
  readonly allowLoopbackHttp?: boolean;
  readonly fetch?: typeof globalThis.fetch;
  readonly load?: () => Promise<Jose>;
}

export const PUBLISHED_ALGORITHMS: readonly PublishedAlgorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

const DEFAULT_MAX_REMEMBERED = 10_000;

/** Accepts or refuses tokens of an issuer that publishes its keys, by the same rules as `TokenVerifier`. */
export class JwksVerifier {
  readonly #options: JwksOptions;
  readonly #jose: Jose;
  readonly #keys: PublishedKeys;
  readonly #accepted: AcceptedTokens;

  private constructor(options: JwksOptions, url: URL, jose: Jose) {
    const { algorithms = PUBLISHED_ALGORITHMS, clock, fetch = globalThis.fetch, onWithdrawn, onFault } = options;
    this.#options = options;
    this.#jose = jose;
    this.#accepted = new AcceptedTokens(options.maxRemembered ?? DEFAULT_MAX_REMEMBERED);
    this.#keys = new PublishedKeys({
      ...{ algorithms, clock, fetch: () => fetchKeySet(url, fetch, clock) },
      ...(onWithdrawn !== undefined && { onWithdrawn }),
      ...(onFault !== undefined && { onFault }),
    });
  }

  /**
   * Nothing is fetched before the first token comes: a gateway starts also while the issuer is down.
   *
   * @throws Error for an address that is not allowed, or when the package jose is not installed.
   */
  static async open(options: JwksOptions): Promise<JwksVerifier> {
    const url = keySetUrl(options.url, options.allowLoopbackHttp ?? false);
    const load = options.load ?? (() => import('jose'));
    let jose: Jose;
    try {
      jose = await load();
    } catch (cause) {
      throw new Error(`Cannot check tokens with the keys of "${url.href}": npm install jose`, { cause });
    }
    return new JwksVerifier(options, url, jose);
  }

  /** Who bears the token, or undefined for any other text. Never rejects; waits for the issuer five seconds at most. */
  async identify(token: string): Promise<Identity | undefined> {
    try {
      this.#keys.keepFresh();
      return this.#accepted.recall(token) ?? this.#accepted.keep(token, await this.#verify(token));
    } catch (error) {
      this.#options.onRefused?.(reasonOf(error));
      return undefined;
    }
  }

  async #verify(token: string): Promise<Identity> {
    const { rules, revocations, clock } = this.#options;
    const { kid, alg } = readHeader(token);
    const key = await this.#keys.find(kid, alg);
    const payload = await this.#checkSignature(token, key, alg);
    const now = (): number => clock.now();
    const claims = readClaims(payload, rules, now());
    if (revocations.covers(claims)) throw new TokenRefused('revoked');
    return identityOf(claims, { rules, revocations, now, keyInUse: () => this.#keys.holds(key) });
  }

  /** The library judges nothing but the signature; it refuses RSA keys under 2,048 bits itself. */
  async #checkSignature(token: string, { jwk }: PublishedKey, alg: string): Promise<unknown> {
    const { payload } = await this.#jose.compactVerify(token, jwk, { algorithms: [alg] });
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  }
}
