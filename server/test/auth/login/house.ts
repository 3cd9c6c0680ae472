import { LoginLimits } from '../../../src/auth/login/login-limits.ts';
import { type LoginEvent, LoginService } from '../../../src/auth/login/login-service.ts';
import { PasswordHasher } from '../../../src/auth/login/password-hasher.ts';
import { RefreshTokens } from '../../../src/auth/login/refresh-tokens.ts';
import { UserAdmin } from '../../../src/auth/login/user-admin.ts';
import { UserStore } from '../../../src/auth/login/user-store.ts';
import { openTokens } from '../../../src/auth/tokens/open.ts';
import type { EmbeddedEngine } from '../../../src/engine/embedded/engine.ts';
import { openEmbeddedEngine } from '../../../src/engine/embedded/open.ts';
import type { FakeClock } from '../../fake-clock.ts';
import { keptLog } from '../../kept-log.ts';

/** The cheapest cost that is allowed: tests check hundreds of passwords. */
export const CHEAP = { ln: 10, r: 8, p: 1 };
export const PASSWORD = 'correct horse battery';
export const TTL_MS = 604_800_000;

export interface HouseOptions {
  readonly dataDir: string;
  readonly clock: FakeClock;
  readonly engine?: EmbeddedEngine;
  readonly cost?: typeof CHEAP;
  readonly unlimited?: boolean;
}

/** Everything about logging in, with a clock the test turns. */
export async function loginHouse({ dataDir, clock, cost = CHEAP, unlimited = false, ...given }: HouseOptions) {
  const roles = ['user', 'admin'];
  const tokens = await openTokens(
    {
      ...{ jwtIssuer: 'callsheet', jwtAudience: 'callsheet', jwtKeys: {} },
      ...{ jwtMaxLifetimeS: 86_400, jwtToleranceS: 5, accessTtlS: 900 },
    },
    { dataDir, clock, isRole: (role) => roles.includes(role) },
  );
  const log = keptLog();
  const engine = given.engine ?? (await openEmbeddedEngine({ dataDir: ':memory:', log, clock }));
  const users = new UserStore(dataDir, clock);
  const hasher = new PasswordHasher({ cost });
  const refreshTokens = new RefreshTokens({ engine, clock, ttlMs: TTL_MS });
  const events: LoginEvent[] = [];
  const free = { take: () => 0 };
  const service = new LoginService({
    ...{ users, hasher, refreshTokens, log, issuer: tokens.issuer, revocations: tokens.revocations },
    limits: new LoginLimits({
      now: () => clock.monotonic(),
      ...(unlimited && { perUserAndAddress: free, perUser: free, perSessionOwner: free }),
    }),
    onEvent: (event) => events.push(event),
  });
  const admin = new UserAdmin({ users, hasher, clock, roles, revocations: tokens.revocations });
  return { ...tokens, log, engine, users, hasher, refreshTokens, service, admin, events };
}

export type LoginHouse = Awaited<ReturnType<typeof loginHouse>>;

/** The name of the error a promise rejects with, or what it answers. */
export function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (answer) => answer,
    (error: { errorName?: string; message?: string }) => error.errorName ?? error.message,
  );
}
