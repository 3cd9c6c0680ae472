import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Identity } from '../identity.ts';
import type { ClaimRules, TokenClaims } from './claims.ts';
import { MAX_TOKEN_LENGTH } from './compact.ts';
import type { Revocations } from './revocations.ts';

/** What can end a token before its time. */
export interface Conditions {
  readonly rules: ClaimRules;
  readonly revocations: Pick<Revocations, 'covers'>;
  readonly now: () => number;
  /** True while the key that signed it is in use. */
  readonly keyInUse: () => boolean;
}

/**
 * Who the bearer of a good token is. The principal is `user:` and the subject as it is known here: no two issuers can
 * speak for one caller. `expiresAt` is `exp` itself, where a session ends; the tolerance for the clocks of
 * others counts only when a token is presented, so that a session never outlives what its token says.
 */
export function identityOf(claims: TokenClaims, { rules, revocations, now, keyInUse }: Conditions): Identity {
  const { sub, role, scopes, jti, expiresAtMs } = claims;
  const end = expiresAtMs + rules.toleranceSeconds * 1000;
  return Object.freeze({
    principal: Object.freeze({ id: `user:${sub}`, role, scopes: Object.freeze(scopes) }),
    means: 'jwt' as const,
    credential: jti,
    expiresAt: expiresAtMs,
    stillGood: () => now() < end && keyInUse() && rules.isRole(role) && !revocations.covers(claims),
  });
}

/**
 * Identities by the SHA-256 of their token, so that the tokens themselves are not kept. The least used go first; nothing
 * is taken out in time, because whatever is found is asked whether it is still good.
 */
export class AcceptedTokens {
  readonly #identities: LRUCache<string, Identity>;

  constructor(max: number) {
    this.#identities = new LRUCache({ max });
  }

  /** Who presented this token before, if it is still good. */
  recall(token: string): Identity | undefined {
    if (token.length > MAX_TOKEN_LENGTH) return undefined;
    const digest = digestOf(token);
    const identity = this.#identities.get(digest);
    if (identity === undefined || identity.stillGood()) return identity;
    this.#identities.delete(digest);
    return undefined;
  }

  keep(token: string, identity: Identity): Identity {
    this.#identities.set(digestOf(token), identity);
    return identity;
  }

  clear(): void {
    this.#identities.clear();
  }
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
