import type { CallError } from '@callsheet/protocol';
import type { Driver, SqlValue, Statement } from './driver.ts';
import { GroupCommit } from './group-commit.ts';
import { migrate } from './migrations.ts';

export interface EngineParts {
  readonly driver: Driver;
  readonly explain: (error: unknown) => CallError;
  readonly turn: (callback: () => void) => void;
  readonly monotonic: () => number;
  /** Called once the file is closed. */
  readonly closed: () => void;
}

/** Durable storage inside this process: reads answer at once, writes go through the group commit. */
export class EmbeddedEngine {
  readonly driver: Driver['name'];
  readonly #driver: Driver;
  readonly #commit: GroupCommit;
  readonly #statements = new Map<string, Statement>();
  readonly #closed: () => void;
  readonly #forgetful = new Set<() => void>();
  #open = true;

  constructor(parts: EngineParts) {
    this.driver = parts.driver.name;
    this.#driver = parts.driver;
    this.#closed = parts.closed;
    this.#commit = new GroupCommit({
      ...parts,
      maxWrites: 512,
      maxBatchMs: 4,
      rolledBack: () => {
        for (const forget of this.#forgetful) forget();
      },
    });
  }

  /** Creates or upgrades the tables of one component: see `migrate`. Call it before anything else touches them. */
  migrate(component: string, steps: readonly string[]): void {
    migrate(this.#driver, component, steps);
  }

  /** The prepared statement for `sql`, made once. Everything but SELECT may run inside `write` only. */
  prepare(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#driver.prepare(sql);
    const guarded = /^\s*SELECT\b/i.test(sql) ? statement : this.#writing(statement);
    this.#statements.set(sql, guarded);
    return guarded;
  }

  /**
   * Runs `work` in a transaction shared with the other writes of this turn. The promise resolves when it is on disk;
   * it rejects with what `work` threw as a CallError, or with STORAGE_FULL. `work` may run twice and must not do anything
   * but statements. `committed` runs right after the commit, in the order of the writes.
   */
  write<T>(work: () => T, committed?: (value: T) => void): Promise<T> {
    return this.#commit.write(work, committed);
  }

  /** Calls back whenever statements that had run were taken back: what is kept in memory about them is not true. */
  onRollback(forget: () => void): void {
    this.#forgetful.add(forget);
  }

  /** Commits what waits and closes the file. Later writes are refused with UNAVAILABLE. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#commit.close();
    this.#driver.close();
    this.#closed();
  }

  #writing(statement: Statement): Statement {
    const commit = this.#commit;
    return {
      run(...values: readonly SqlValue[]) {
        commit.touch();
        return statement.run(...values);
      },
      get(...values: readonly SqlValue[]) {
        commit.touch();
        return statement.get(...values);
      },
      all(...values: readonly SqlValue[]) {
        commit.touch();
        return statement.all(...values);
      },
    };
  }
}
