/**
 * The tables of the ledger; `migrate` says what may be done with this list: append.
 *
 * `n` is the order of acceptance. Payloads are bytes of JSON text: the WebAssembly driver copies bytes, but converts text
 * one character at a time.
 */
export const JOB_TABLES: readonly string[] = [
  `CREATE TABLE jobs (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    tool TEXT NOT NULL,
    project TEXT NOT NULL,
    priority INTEGER NOT NULL,
    status TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    progress REAL NOT NULL,
    report TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    completed_at INTEGER,
    error TEXT,
    terms TEXT NOT NULL,
    key_hash TEXT,
    fingerprint TEXT,
    args BLOB NOT NULL,
    result BLOB
  );
  CREATE INDEX jobs_of_owner ON jobs (owner, id);
  CREATE UNIQUE INDEX jobs_by_key ON jobs (key_hash) WHERE key_hash IS NOT NULL;
  CREATE INDEX jobs_unfinished ON jobs (n) WHERE completed_at IS NULL;
  CREATE INDEX jobs_finished ON jobs (completed_at) WHERE completed_at IS NOT NULL;
  CREATE TABLE job_events (
    job INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    owner TEXT NOT NULL,
    owner_seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (job, seq)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX job_events_of_owner ON job_events (owner, owner_seq);
  CREATE TABLE job_owners (owner TEXT PRIMARY KEY, last_seq INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE job_memos (
    job INTEGER NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (job, key)
  ) WITHOUT ROWID;`,
  // How many unfinished jobs somebody has is asked before each new one, whatever else is in the table.
  `DROP INDEX jobs_unfinished;
  CREATE INDEX jobs_unfinished ON jobs (owner) WHERE completed_at IS NULL;`,
  // Where the running attempt is, when it is not in this process; and how many attempts were refused before they ran.
  `ALTER TABLE jobs ADD COLUMN worker TEXT;
  ALTER TABLE jobs ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;`,
];
