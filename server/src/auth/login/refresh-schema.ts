/**
 * The tables of refresh tokens; `migrate` says what may be done with this list: append. A family is what one login
 * began: every token of it came out of the one before. All moments are milliseconds since the epoch.
 */
export const REFRESH_TABLES: readonly string[] = [
  `CREATE TABLE refresh_families (
    n INTEGER PRIMARY KEY,
    user TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER
  );
  CREATE INDEX refresh_families_by_end ON refresh_families (expires_at);
  CREATE TABLE refresh_tokens (
    hash BLOB PRIMARY KEY,
    family INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER,
    jti TEXT NOT NULL,
    access_until INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX refresh_tokens_of_family ON refresh_tokens (family);`,
];
