/** What SQLite stores. Integers beyond 2^53 are never written. */
export type SqlValue = null | number | string | Uint8Array;

export type Row = Readonly<Record<string, SqlValue>>;

/** A prepared statement with positional parameters (`?1`, `?2`, …). Every call runs it to its end. */
export interface Statement {
  /** Answers the number of rows changed. */
  run(...values: readonly SqlValue[]): number;
  /** The first row. */
  get(...values: readonly SqlValue[]): Row | undefined;
  all(...values: readonly SqlValue[]): Row[];
}

/** The little of SQLite that the engine needs, the same on every driver. */
export interface Driver {
  readonly name: 'node:sqlite' | 'node-sqlite3-wasm';
  /** Runs one or more statements without parameters. */
  exec(sql: string): void;
  prepare(sql: string): Statement;
  /** Frees every statement and closes the file. */
  close(): void;
}
