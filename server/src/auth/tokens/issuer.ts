import { randomBytes } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import type { TokenKey } from './token-key.ts';

export interface TokenIssuerOptions {
  readonly key: TokenKey;
  /** `iss` and `aud` of every token. */
  readonly issuer: string;
  readonly audience: string;
  /** Seconds a token lives; 900 by default. */
  readonly ttlSeconds?: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random?: (bytes: number) => Uint8Array;
}

export interface TokenWish {
  readonly sub: string;
  readonly role: string;
  /** What of the role the token carries; all of it when not said. */
  readonly scopes?: readonly string[];
  /** Milliseconds since the epoch the token is of; now when not said. See `Revocations.firstGoodMoment`. */
  readonly at?: number;
  /** Seconds this one lives. */
  readonly ttlSeconds?: number;
}

export interface IssuedToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly jti: string;
}

const DEFAULT_TTL_SECONDS = 900;

/** Signs the tokens of this gateway. */
export class TokenIssuer {
  readonly #options: TokenIssuerOptions;

  constructor(options: TokenIssuerOptions) {
    if (options.key.use !== 'sign') {
      throw new Error(`Cannot sign tokens with the key "${options.key.kid}": it is there to verify`);
    }
    this.#options = options;
  }

  /**
   * `iat` is told to the millisecond, as RFC 7519 §2 allows, so that a token made right after everything older was
   * revoked is newer. `exp` is a whole second, at most `expiresIn` after it.
   *
   * @throws Error for an empty list of scopes, which would mean nothing and read as everything.
   */
  issue({ sub, role, scopes, at, ttlSeconds }: TokenWish): IssuedToken {
    const { key, issuer, audience, now, random = randomBytes } = this.#options;
    if (scopes?.length === 0)
      throw new Error('Cannot issue a token with no scopes; leave them out for all of the role');
    const jti = Buffer.from(random(16)).toString('base64url');
    const issuedAt = (at ?? now()) / 1000;
    const expiresIn = ttlSeconds ?? this.#options.ttlSeconds ?? DEFAULT_TTL_SECONDS;
    const exp = Math.floor(issuedAt) + expiresIn;
    const claims = {
      ...{ iss: issuer, aud: audience, sub, jti, iat: issuedAt, exp, role },
      ...(scopes !== undefined && { scope: scopes.join(' ') }),
    };
    const token = jsonwebtoken.sign(claims, key.key, { algorithm: key.alg, keyid: key.kid });
    return { token, expiresIn, expiresAt: exp * 1000, jti };
  }
}
