import type { Clock } from '../../clock.ts';
import type { ClaimRules } from './claims.ts';
import { TokenIssuer } from './issuer.ts';
import { type ConfiguredTokenKey, loadTokenKeys } from './load-keys.ts';
import { openOwnKey } from './own-key.ts';
import type { RefusalReason } from './refused.ts';
import { Revocations, rememberMs } from './revocations.ts';
import { TokenKeys } from './token-keys.ts';
import { TokenVerifier } from './verifier.ts';

/** The part of `[auth]` that is about tokens. */
export interface TokenSettings {
  readonly jwtSecret?: string | undefined;
  readonly jwtIssuer: string;
  readonly jwtAudience: string;
  readonly jwtKeys: Readonly<Record<string, ConfiguredTokenKey>>;
  readonly jwtMaxLifetimeS: number;
  readonly jwtToleranceS: number;
  readonly accessTtlS: number;
}

export interface TokenParts {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly isRole: (role: string) => boolean;
  readonly onRefused?: (reason: RefusalReason) => void;
}

/** Everything about tokens, put together. */
export interface Tokens {
  readonly rules: ClaimRules;
  readonly verifier: TokenVerifier;
  readonly issuer: TokenIssuer;
  readonly revocations: Revocations;
}

/** @throws Error for keys that are weak or cannot be read, and for damaged files. */
export async function openTokens(settings: TokenSettings, parts: TokenParts): Promise<Tokens> {
  const { dataDir, clock, isRole, onRefused } = parts;
  const { jwtIssuer: issuer, jwtAudience: audience, jwtMaxLifetimeS, jwtToleranceS } = settings;
  if (settings.accessTtlS > jwtMaxLifetimeS) {
    throw new Error(
      `Cannot issue tokens for ${settings.accessTtlS} s: none may live longer than ${jwtMaxLifetimeS} s; lower ` +
        'auth.access_ttl_s or raise auth.jwt_max_lifetime_s',
    );
  }
  const own = await openOwnKey(dataDir, settings.jwtSecret);
  const keys = new TokenKeys([own, ...(await loadTokenKeys(settings.jwtKeys))]);
  const rules = {
    ...{ issuer, ownIssuer: issuer, audience, isRole },
    ...{ maxLifetimeSeconds: jwtMaxLifetimeS, toleranceSeconds: jwtToleranceS },
  };
  const now = (): number => clock.now();
  const revocations = await Revocations.open({ dataDir, clock, rememberMs: rememberMs(rules) });
  return {
    rules,
    revocations,
    verifier: new TokenVerifier({ keys, rules, revocations, now, ...(onRefused !== undefined && { onRefused }) }),
    issuer: new TokenIssuer({ key: own, issuer, audience, ttlSeconds: settings.accessTtlS, now }),
  };
}
