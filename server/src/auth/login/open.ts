import type { ToolLog } from '@callsheet/protocol';
import type { Clock } from '../../clock.ts';
import type { EmbeddedEngine } from '../../engine/embedded/engine.ts';
import type { Tokens } from '../tokens/open.ts';
import { LoginLimits } from './login-limits.ts';
import { type LoginEvent, LoginService } from './login-service.ts';
import type { ScryptCost } from './password-hash.ts';
import { PasswordHasher } from './password-hasher.ts';
import { RefreshTokens } from './refresh-tokens.ts';
import { UserStore } from './user-store.ts';

export interface LoginParts {
  readonly dataDir: string;
  readonly engine: EmbeddedEngine;
  readonly tokens: Pick<Tokens, 'issuer' | 'revocations'>;
  readonly clock: Clock;
  readonly log: Pick<ToolLog, 'warn'>;
  /** `[auth] refresh_ttl_s`. */
  readonly refreshTtlSeconds: number;
  readonly cost?: ScryptCost;
  /** For the audit trail. */
  readonly onEvent?: (event: LoginEvent) => void;
}

/** Logging in, put together. What a crash left half done is finished first. @throws Error when the users are damaged. */
export async function openLogin(parts: LoginParts): Promise<LoginService> {
  const { dataDir, engine, clock, log, cost, onEvent } = parts;
  const { issuer, revocations } = parts.tokens;
  const users = new UserStore(dataDir, clock);
  await users.list();
  const refreshTokens = new RefreshTokens({ engine, clock, ttlMs: parts.refreshTtlSeconds * 1000 });
  const orphans = refreshTokens.orphans();
  if (orphans.length > 0) await revocations.revokeTokens(orphans);
  return new LoginService({
    ...{ users, issuer, revocations, refreshTokens, log },
    hasher: new PasswordHasher(cost === undefined ? {} : { cost }),
    limits: new LoginLimits({ now: () => clock.monotonic() }),
    ...(onEvent !== undefined && { onEvent }),
  });
}
