import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Row } from '../../engine/embedded/driver.ts';
import type { EmbeddedEngine } from '../../engine/embedded/engine.ts';
import type { TokenToRevoke } from '../tokens/revocations.ts';
import { REFRESH_TABLES } from './refresh-schema.ts';
import { makeRefreshToken, refreshTokenHash } from './refresh-token.ts';

export interface RefreshTokensOptions {
  readonly engine: Pick<EmbeddedEngine, 'migrate' | 'prepare' | 'write'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds a token may lie unused. */
  readonly ttlMs: number;
  /** Milliseconds after which even a session in use asks for the password again; 30 days by default. */
  readonly sessionMs?: number;
  readonly random?: (bytes: number) => Uint8Array;
}

/** The access token that goes out together with a refresh token. */
export interface AccessToken {
  readonly jti: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Whose session a token belongs to. */
export interface RefreshSession {
  readonly user: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

export type Rotation =
  | { readonly outcome: 'rotated'; readonly token: string }
  /** Unknown, over, or of a session that has ended. */
  | { readonly outcome: 'refused' }
  /** Spent before: it has two holders, and one of them is a thief. The session has ended for both. */
  | { readonly outcome: 'reused'; readonly access: readonly TokenToRevoke[] };

const THIRTY_DAYS_MS = 2_592_000_000;
/** Sessions forgotten at each login, so that no login pays for all of them. */
const FORGOTTEN_AT_ONCE = 50;

/**
 * Refresh tokens: good once, each good for the next, and all of a login ended when one is used twice (RFC 9700 §4.14).
 *
 * There is no grace: of two uses of a token one wins, whichever commits first, and the other ends the session, whose new
 * token then is good for nothing either. A client that loses the answer to a refresh must log in again. A grace of even
 * a few seconds would give a thief who is fast a session of his own, and nobody could tell.
 */
export class RefreshTokens {
  readonly #options: Required<RefreshTokensOptions>;

  constructor(options: RefreshTokensOptions) {
    options.engine.migrate('auth', REFRESH_TABLES);
    this.#options = { sessionMs: THIRTY_DAYS_MS, random: randomBytes, ...options };
  }

  /** Begins a session. The answer is its first token, already on disk. */
  async begin({ user, startedAt }: RefreshSession, access: AccessToken): Promise<string> {
    const { engine, random, clock, ttlMs, sessionMs } = this.#options;
    const token = makeRefreshToken(random);
    await engine.write(() => {
      const now = clock.now();
      this.#forget(now);
      const expiresAt = now + Math.min(ttlMs, sessionMs);
      const family = engine
        .prepare('INSERT INTO refresh_families (user, started_at, expires_at) VALUES (?1, ?2, ?3) RETURNING n')
        .get(user, startedAt, expiresAt);
      this.#store(token, { family: Number(family?.n), expiresAt, access });
    });
    return token;
  }

  /** Whose token it is, spent or not; undefined when it is unknown or over. */
  sessionOf(text: string): RefreshSession | undefined {
    const row = this.#find(text);
    return row && { user: String(row.user), startedAt: Number(row.started_at) };
  }

  /** Spends a token for the next one. What the answer says is on disk. */
  async rotate(text: string, access: AccessToken): Promise<Rotation> {
    const { engine, random, clock, ttlMs, sessionMs } = this.#options;
    const token = makeRefreshToken(random);
    return engine.write((): Rotation => {
      const row = this.#find(text);
      if (row === undefined || row.ended_at !== null) return { outcome: 'refused' };
      const family = Number(row.family);
      if (row.spent_at !== null) return { outcome: 'reused', access: this.#end(family) };
      const now = clock.now();
      engine.prepare('UPDATE refresh_tokens SET spent_at = ?2 WHERE hash = ?1').run(row.hash ?? null, now);
      // A spent token that is over by itself is refused anyway; what is left tells who comes twice.
      engine.prepare('DELETE FROM refresh_tokens WHERE family = ?1 AND expires_at <= ?2').run(family, now);
      const expiresAt = Math.min(now + ttlMs, Number(row.started_at) + sessionMs);
      engine.prepare('UPDATE refresh_families SET expires_at = ?2 WHERE n = ?1').run(family, expiresAt);
      this.#store(token, { family, expiresAt, access });
      return { outcome: 'rotated', token };
    });
  }

  /** Ends the session of a token, spent or not, and answers the access tokens that are still good. */
  async end(text: string): Promise<readonly TokenToRevoke[]> {
    if (this.#find(text) === undefined) return [];
    return this.#options.engine.write(() => {
      const row = this.#find(text);
      return row === undefined ? [] : this.#end(Number(row.family));
    });
  }

  /** The access tokens of ended sessions that would still be good: to be revoked at start, in case a crash came between. */
  orphans(): readonly TokenToRevoke[] {
    return this.#options.engine
      .prepare(
        `SELECT jti, access_until FROM refresh_tokens JOIN refresh_families ON n = family
         WHERE ended_at IS NOT NULL AND access_until > ?1`,
      )
      .all(this.#options.clock.now())
      .map(toRevoke);
  }

  #find(text: string): Row | undefined {
    const hash = refreshTokenHash(text);
    if (hash === undefined) return undefined;
    return this.#options.engine
      .prepare(
        `SELECT hash, family, spent_at, user, started_at, ended_at FROM refresh_tokens
         JOIN refresh_families ON n = family WHERE hash = ?1 AND refresh_tokens.expires_at > ?2`,
      )
      .get(hash, this.#options.clock.now());
  }

  #store(
    token: string,
    { family, expiresAt, access }: { family: number; expiresAt: number; access: AccessToken },
  ): void {
    this.#options.engine
      .prepare('INSERT INTO refresh_tokens (hash, family, expires_at, jti, access_until) VALUES (?1, ?2, ?3, ?4, ?5)')
      .run(refreshTokenHash(token) ?? null, family, expiresAt, access.jti, access.expiresAt);
  }

  #end(family: number): readonly TokenToRevoke[] {
    const { engine, clock } = this.#options;
    const now = clock.now();
    engine.prepare('UPDATE refresh_families SET ended_at = ?2 WHERE n = ?1 AND ended_at IS NULL').run(family, now);
    return engine
      .prepare('SELECT jti, access_until FROM refresh_tokens WHERE family = ?1 AND access_until > ?2')
      .all(family, now)
      .map(toRevoke);
  }

  #forget(now: number): void {
    const { engine } = this.#options;
    const over = engine.prepare('SELECT n FROM refresh_families WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2');
    for (const { n = null } of over.all(now, FORGOTTEN_AT_ONCE)) {
      engine.prepare('DELETE FROM refresh_tokens WHERE family = ?1').run(n);
      engine.prepare('DELETE FROM refresh_families WHERE n = ?1').run(n);
    }
  }
}

function toRevoke({ jti, access_until }: Row): TokenToRevoke {
  return { jti: String(jti), until: Number(access_until) };
}
