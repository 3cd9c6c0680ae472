import { CallError, type ToolLog } from '@callsheet/protocol';
import type { IssuedToken, TokenIssuer } from '../tokens/issuer.ts';
import type { Revocations, TokenToRevoke } from '../tokens/revocations.ts';
import type { LoginLimits } from './login-limits.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import { type UserRecord, usernameOf } from './user-record.ts';
import type { UserStore } from './user-store.ts';

/** For the audit trail. */
export interface LoginEvent {
  readonly what:
    | 'logged in'
    | 'login refused'
    | 'refreshed'
    | 'refresh refused'
    | 'refresh token used twice'
    | 'logged out';
  /** Id of the user, when it is known. */
  readonly user?: string;
  /** As it was typed, for a login. */
  readonly username?: string;
  readonly address?: string;
}

export interface LoginServiceParts {
  readonly users: UserStore;
  readonly hasher: PasswordHasher;
  readonly limits: Pick<LoginLimits, 'takeLogin' | 'takeRefresh'>;
  readonly issuer: Pick<TokenIssuer, 'issue'>;
  readonly revocations: Pick<Revocations, 'firstGoodMoment' | 'revokeTokens'>;
  readonly refreshTokens: RefreshTokens;
  readonly log: Pick<ToolLog, 'warn'>;
  readonly onEvent?: (event: LoginEvent) => void;
}

/** What a login or a refresh answers, under the names of the wire. */
export interface LoginAnswer {
  readonly token: string;
  readonly user: { readonly id: string; readonly username: string };
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token: string;
}

export interface LoginRequest {
  readonly username: string;
  readonly password: string;
  /** Where the attempt comes from, for the limits. */
  readonly address: string;
}

/** One sentence each: which part was wrong, or that somebody is disabled, is nobody's business. */
const WRONG_LOGIN = 'Cannot log in: the user name or the password is wrong';
const WRONG_REFRESH = 'Cannot refresh: the refresh token is wrong or no longer valid; log in again';

/** Trades passwords for tokens, and refresh tokens for the next ones. */
export class LoginService {
  readonly #parts: LoginServiceParts;

  constructor(parts: LoginServiceParts) {
    this.#parts = parts;
  }

  /**
   * @throws CallError UNAUTHENTICATED; RATE_LIMITED before anything is hashed; TOO_MANY_IN_FLIGHT when others wait already.
   */
  async login({ username: typed, password, address }: LoginRequest): Promise<LoginAnswer> {
    const { limits, users, hasher } = this.#parts;
    const username = usernameOf(typed);
    const retryAfterMs = limits.takeLogin(username, address);
    if (retryAfterMs > 0) {
      this.#tell({ what: 'login refused', username, address });
      throw new CallError('RATE_LIMITED', 'Cannot log in: too many attempts; wait before the next', { retryAfterMs });
    }
    const found = await users.byName(username);
    const { right, outdated } = await hasher.check(password, found?.hash);
    const startedAt = found === undefined ? 0 : this.#firstGoodMoment(found);
    // The hashing took a while. Whoever was disabled or got another password meanwhile is not let in by the old one.
    const user = found && (await users.byId(found.id));
    if (!right || user === undefined || user.hash !== found?.hash || user.status !== 'active') {
      this.#tell({ what: 'login refused', username, address, ...(found !== undefined && { user: found.id }) });
      throw new CallError('UNAUTHENTICATED', WRONG_LOGIN);
    }
    if (outdated) await this.#rehash(user, password);
    const access = this.#issue(user, startedAt);
    const session = { user: user.id, startedAt: momentOf(user, startedAt) };
    const refreshToken = await this.#parts.refreshTokens.begin(session, access);
    this.#tell({ what: 'logged in', user: user.id, username, address });
    return answer(user, access, refreshToken);
  }

  /** @throws CallError UNAUTHENTICATED, for a token used twice as for any other that is not good; RATE_LIMITED. */
  async refresh({ refreshToken }: { readonly refreshToken: string }): Promise<LoginAnswer> {
    const { refreshTokens, users, limits } = this.#parts;
    const session = refreshTokens.sessionOf(refreshToken);
    if (session === undefined) throw this.#refuseRefresh();
    const retryAfterMs = limits.takeRefresh(session.user);
    if (retryAfterMs > 0) {
      throw new CallError('RATE_LIMITED', 'Cannot refresh so often; wait before the next time', { retryAfterMs });
    }
    const at = this.#firstGoodMoment({ id: session.user });
    const user = await users.byId(session.user);
    if (user === undefined || user.status !== 'active' || session.startedAt <= Date.parse(user.changedAt)) {
      await this.#revoke(await refreshTokens.end(refreshToken));
      throw this.#refuseRefresh(session.user);
    }
    const access = this.#issue(user, at);
    const rotation = await refreshTokens.rotate(refreshToken, access);
    if (rotation.outcome === 'rotated') {
      this.#tell({ what: 'refreshed', user: user.id });
      return answer(user, access, rotation.token);
    }
    if (rotation.outcome === 'refused') throw this.#refuseRefresh(user.id);
    this.#tell({ what: 'refresh token used twice', user: user.id });
    await this.#revoke(rotation.access);
    throw new CallError('UNAUTHENTICATED', WRONG_REFRESH);
  }

  /** Ends the session of a refresh token, spent or not. A token nobody knows is as good as logged out (RFC 7009 §2.2). */
  async logout({ refreshToken }: { readonly refreshToken: string }): Promise<void> {
    const { refreshTokens } = this.#parts;
    const session = refreshTokens.sessionOf(refreshToken);
    if (session === undefined) return;
    await this.#revoke(await refreshTokens.end(refreshToken));
    this.#tell({ what: 'logged out', user: session.user });
  }

  /**
   * Asked before the user is read from the file: whoever changes the user after that moment revokes what is issued for
   * it, however long the reading takes.
   */
  #firstGoodMoment({ id }: Pick<UserRecord, 'id'>): number {
    return this.#parts.revocations.firstGoodMoment(id);
  }

  #issue(user: UserRecord, at: number): IssuedToken {
    return this.#parts.issuer.issue({ sub: user.id, role: user.role, at: momentOf(user, at) });
  }

  /** In memory at once. That it cannot be written must not turn a refusal into something else. */
  async #revoke(tokens: readonly TokenToRevoke[]): Promise<void> {
    if (tokens.length === 0) return;
    try {
      await this.#parts.revocations.revokeTokens(tokens);
    } catch (error) {
      this.#parts.log.warn(
        { fault: String(error) },
        'could not store what was revoked; it counts until the next start',
      );
    }
  }

  /** Whoever logged in stays logged in when the better hash cannot be stored, or there is no place to make it. */
  async #rehash(user: UserRecord, password: string): Promise<void> {
    try {
      const hash = await this.#parts.hasher.hash(password);
      await this.#parts.users.change((users) =>
        users.map((other) => (other.id === user.id && other.hash === user.hash ? { ...other, hash } : other)),
      );
    } catch (error) {
      this.#parts.log.warn({ fault: String(error), user: user.id }, 'could not store a stronger password hash');
    }
  }

  #refuseRefresh(user?: string): CallError {
    this.#tell({ what: 'refresh refused', ...(user !== undefined && { user }) });
    return new CallError('UNAUTHENTICATED', WRONG_REFRESH);
  }

  #tell(event: LoginEvent): void {
    this.#parts.onEvent?.(event);
  }
}

/** A user changed in this very millisecond counts as changed before: the login knew the state after it. */
function momentOf({ changedAt }: UserRecord, at: number): number {
  return Math.max(at, Date.parse(changedAt) + 1);
}

function answer({ id, username }: UserRecord, access: IssuedToken, refreshToken: string): LoginAnswer {
  return { token: access.token, user: { id, username }, expires_in: access.expiresIn, refresh_token: refreshToken };
}
