import jsonwebtoken from 'jsonwebtoken';
import { occurrence } from '../../channels.ts';
import type { Identity } from '../identity.ts';
import { AcceptedTokens, identityOf } from './accepted.ts';
import { type ClaimRules, readClaims } from './claims.ts';
import { readHeader } from './compact.ts';
import { type RefusalReason, reasonOf, TokenRefused } from './refused.ts';
import type { Revocations } from './revocations.ts';
import type { TokenKeys, VerifyingKey } from './token-keys.ts';

export interface TokenVerifierOptions {
  readonly keys: TokenKeys;
  /** `issuer` and `audience` are of tokens whose key names no others. */
  readonly rules: ClaimRules;
  readonly revocations: Pick<Revocations, 'covers'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** For the log and the audit trail; must not reach whoever sent the token. */
  readonly onRefused?: (reason: RefusalReason) => void;
  /** Good tokens remembered; 10,000 by default, some 5 MB when full. */
  readonly maxRemembered?: number;
}

const DEFAULT_MAX_REMEMBERED = 10_000;

/** Accepts or refuses tokens signed with a configured key, and never says why. */
export class TokenVerifier {
  readonly #options: TokenVerifierOptions;
  readonly #accepted: AcceptedTokens;
  #keys: TokenKeys;

  constructor(options: TokenVerifierOptions) {
    this.#options = options;
    this.#keys = options.keys;
    this.#accepted = new AcceptedTokens(options.maxRemembered ?? DEFAULT_MAX_REMEMBERED);
  }

  /** Uses these keys from now on. What others signed is no longer good, nor is who came by it. */
  adoptKeys(keys: TokenKeys): void {
    this.#keys = keys;
    this.#accepted.clear();
  }

  /**
   * Who bears the token, or undefined for any other text. The same object each time while the token is good.
   *
   * Never throws, whatever the text.
   */
  identify(token: string): Identity | undefined {
    try {
      const known = this.#accepted.recall(token);
      if (occurrence.hasSubscribers) {
        occurrence.publish({ type: 'cache', cache: 'tokens', result: known === undefined ? 'miss' : 'hit' });
      }
      return known ?? this.#accepted.keep(token, this.#verify(token));
    } catch (error) {
      this.#options.onRefused?.(reasonOf(error));
      return undefined;
    }
  }

  #verify(token: string): Identity {
    const { revocations, now, rules } = this.#options;
    const { kid, alg } = readHeader(token);
    const key = this.#keys.find(kid, alg);
    if (key === undefined) throw new TokenRefused('unknown key');
    if (key.alg !== alg) throw new TokenRefused('wrong algorithm');
    if (!this.#inUse(key)) throw new TokenRefused('key is over');
    const ours = { ...rules, issuer: key.issuer ?? rules.issuer, audience: key.audience ?? rules.audience };
    const claims = readClaims(checkSignature(token, key), ours, now());
    if (revocations.covers(claims)) throw new TokenRefused('revoked');
    return identityOf(claims, { rules, revocations, now, keyInUse: () => this.#inUse(key) });
  }

  #inUse(key: VerifyingKey): boolean {
    return this.#keys.holds(key) && (key.notAfter === undefined || this.#options.now() < key.notAfter);
  }
}

/**
 * The library judges nothing but the signature: the algorithm is the key's, and the key is an object, which it cannot
 * take for another kind (a text it would try as PEM first, at seventy times the price). Its own rules for claims are
 * off, because they let a token without `exp` or `sub` pass.
 */
function checkSignature(token: string, { alg, verifyWith }: VerifyingKey): unknown {
  return jsonwebtoken.verify(token, verifyWith, { algorithms: [alg], ignoreExpiration: true, ignoreNotBefore: true });
}
