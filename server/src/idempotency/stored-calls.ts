import type { Json, ToolLog } from '@callsheet/protocol';
import type { SqlValue, Statement } from '../engine/embedded/driver.ts';
import type { EmbeddedEngine } from '../engine/embedded/engine.ts';
import { fromBytes } from '../jobs/job-record.ts';
import type { Fate, KeptCall } from './shelf.ts';

/**
 * The table of calls under a key; `migrate` says what may be done with this list: append.
 *
 * `fate` is one of `Fate`, or `running`. `body` is JSON text as bytes, and stands last: a scan of the rest does not read it.
 */
const TABLES: readonly string[] = [
  `CREATE TABLE keyed_calls (
    n INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    print TEXT NOT NULL,
    owner TEXT NOT NULL,
    fate TEXT NOT NULL,
    ended_at INTEGER,
    bytes INTEGER NOT NULL,
    body BLOB
  );`,
];

const STORE = `INSERT OR REPLACE INTO keyed_calls (hash, print, owner, fate, ended_at, bytes, body)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`;

type Engine = Pick<EmbeddedEngine, 'migrate' | 'prepare' | 'write'>;

/** Calls under a key, on disk. A kill leaves a claim without an outcome, which the next start finds as lost. */
export class StoredCalls {
  readonly #engine: Engine;
  readonly #log: Pick<ToolLog, 'error'>;
  /** To be removed with the next write. */
  #doomed: string[] = [];

  constructor(engine: Engine, log: Pick<ToolLog, 'error'>) {
    engine.migrate('keyed_calls', TABLES);
    this.#engine = engine;
    this.#log = log;
  }

  /** What an earlier process left, in the order in which it ended. What was running is lost since `now`. */
  load(now: number): KeptCall[] {
    const columns = 'hash, print, owner, fate, coalesce(ended_at, ?1) AS at, bytes';
    const rows = this.#engine.prepare(`SELECT ${columns} FROM keyed_calls ORDER BY at, n`).all(now);
    this.#flush(() => {
      this.#engine.prepare(`UPDATE keyed_calls SET fate = 'lost', ended_at = ?1 WHERE fate = 'running'`).run(now);
    });
    return rows.map(({ hash, print, owner, fate, at, bytes }) => ({
      hash: String(hash),
      print: String(print),
      owner: String(owner),
      fate: fate === 'running' ? 'lost' : (fate as Fate),
      bytes: Number(bytes),
      endedAt: Number(at),
    }));
  }

  bodyOf(hash: string): Json | undefined {
    return fromBytes(this.#engine.prepare('SELECT body FROM keyed_calls WHERE hash = ?1').get(hash)?.body);
  }

  /** Resolves when it is on disk that a call is about to run. Rejects with STORAGE_FULL. */
  claim({ hash, print, owner }: Pick<KeptCall, 'hash' | 'print' | 'owner'>): Promise<void> {
    return this.#store([hash, print, owner, 'running', null, 0, null]);
  }

  /** Resolves when it is on disk how a call ended. Rejects with STORAGE_FULL. */
  end({ hash, print, owner, fate, endedAt, bytes }: KeptCall, body: Uint8Array | undefined): Promise<void> {
    return this.#store([hash, print, owner, fate, endedAt, bytes, body ?? null]);
  }

  /** Removes it with the next write, whatever that is for. */
  doom(hash: string): void {
    this.#doomed.push(hash);
  }

  /** Makes that write now, when there is something to remove. */
  removeDoomed(): void {
    if (this.#doomed.length > 0) this.#flush(() => {});
  }

  #store(values: readonly SqlValue[]): Promise<void> {
    return this.#write(() => void this.#engine.prepare(STORE).run(...values));
  }

  #flush(work: () => void): void {
    // What stays on disk for now is past at some later start.
    this.#write(work).catch((error: unknown) =>
      this.#log.error({ fault: String(error) }, 'could not remove calls under a key from the disk'),
    );
  }

  #write(work: () => void): Promise<void> {
    const doomed = this.#doomed;
    this.#doomed = [];
    return this.#engine.write(() => {
      if (doomed.length > 0) this.#remove(doomed);
      work();
    });
  }

  #remove(doomed: readonly string[]): void {
    const statement: Statement = this.#engine.prepare('DELETE FROM keyed_calls WHERE hash = ?1');
    for (const hash of doomed) statement.run(hash);
  }
}
