import { rmdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as WasmSqlite from 'node-sqlite3-wasm';
import type { Driver, Row, SqlValue, Statement } from './driver.ts';

/**
 * SQLite compiled to WebAssembly: no native build, runs wherever Node runs.
 *
 * Only WAL with `locking_mode=EXCLUSIVE` is safe with it. Its `xCheckReservedLock` reports the process's own lock, so
 * SQLite takes every left-over rollback journal for a live one and never rolls it back: in DELETE, TRUNCATE and PERSIST
 * mode a kill in mid-transaction corrupts the file. WAL recovery goes by checksums and does not ask.
 */
export function openWasmSqlite(file: string): Driver {
  const { Database }: typeof WasmSqlite = createRequire(import.meta.url)('node-sqlite3-wasm');
  const database = new Database(file);
  const statements: WasmStatement[] = [];
  return {
    name: 'node-sqlite3-wasm',
    exec: (sql) => database.exec(sql),
    prepare(sql) {
      const statement = new WasmStatement(database, sql);
      statements.push(statement);
      return statement;
    },
    close() {
      // Statements live in WebAssembly memory, which no garbage collector sees.
      for (const statement of statements) statement.free();
      database.close();
    },
  };
}

/**
 * Removes what a killed owner of `file` left beside it. Call it only while holding the owner lock, before opening:
 * - `file.lock`, a directory that stands for the file lock, would answer "database is locked" for ever;
 * - `file-journal` can only come from a kill during the switch to WAL, before anything was acknowledged. This driver
 *   overlooks it, but `node:sqlite` would one day play it back over everything written since.
 */
export function clearWasmLeftovers(file: string): void {
  try {
    rmdirSync(`${file}.lock`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  rmSync(`${file}-journal`, { force: true });
}

class WasmStatement implements Statement {
  readonly #database: WasmSqlite.Database;
  readonly #sql: string;
  #statement: WasmSqlite.Statement;

  constructor(database: WasmSqlite.Database, sql: string) {
    this.#database = database;
    this.#sql = sql;
    this.#statement = database.prepare(sql);
  }

  run(...values: readonly SqlValue[]): number {
    return this.#guard(() => this.#statement.run(bindable(values)).changes);
  }

  /** Reads all rows: stopping at the first would keep the read transaction open, and the WAL could never be reset. */
  get(...values: readonly SqlValue[]): Row | undefined {
    return this.all(...values)[0];
  }

  all(...values: readonly SqlValue[]): Row[] {
    return this.#guard(() => this.#statement.all(bindable(values)) as Row[]);
  }

  free(): void {
    try {
      this.#statement.finalize();
    } catch {
      // It repeats the error of the last run, which was thrown then; the memory is freed all the same.
    }
  }

  /** A statement that failed refuses its next binding with the old error; a fresh one does not. */
  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.free();
      this.#statement = this.#database.prepare(this.#sql);
      throw error;
    }
  }
}

/** The binding ends a text at its first NUL. Losing the rest silently would be worse than refusing. */
function bindable(values: readonly SqlValue[]): SqlValue[] {
  for (const value of values) {
    if (typeof value === 'string' && value.includes('\0')) {
      throw new Error(
        `Cannot store the text ${JSON.stringify(value.slice(0, 60))}: it contains a NUL; store it as bytes`,
      );
    }
  }
  return [...values];
}
