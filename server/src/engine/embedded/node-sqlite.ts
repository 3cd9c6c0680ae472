import type { Driver, Row, SqlValue } from './driver.ts';

/** The part of `node:sqlite` used here. Its types are younger than the oldest Node we run on. */
interface NodeStatement {
  run(...values: readonly SqlValue[]): { readonly changes: number | bigint };
  get(...values: readonly SqlValue[]): Row | undefined;
  all(...values: readonly SqlValue[]): Row[];
}

interface NodeDatabase {
  exec(sql: string): void;
  prepare(sql: string): NodeStatement;
  close(): void;
}

interface NodeSqlite {
  readonly DatabaseSync: new (file: string) => NodeDatabase;
}

/**
 * SQLite built into Node: 22.5 and later, without a flag since 22.13. Answers undefined where this runtime has none, so
 * that the caller can take the WebAssembly build.
 */
export async function openNodeSqlite(file: string): Promise<Driver | undefined> {
  const sqlite = await loadNodeSqlite();
  if (sqlite === undefined) return undefined;
  const database = new sqlite.DatabaseSync(file);
  return {
    name: 'node:sqlite',
    exec: (sql) => database.exec(sql),
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        run: (...values) => Number(statement.run(...values).changes),
        get: (...values) => statement.get(...values),
        all: (...values) => statement.all(...values),
      };
    },
    close: () => database.close(),
  };
}

async function loadNodeSqlite(): Promise<NodeSqlite | undefined> {
  // A plain string keeps the compiler from asking for types that Node 20 does not have.
  const name: string = 'node:sqlite';
  try {
    const loaded: unknown = await import(name);
    return isNodeSqlite(loaded) ? loaded : undefined;
  } catch {
    return undefined;
  }
}

function isNodeSqlite(loaded: unknown): loaded is NodeSqlite {
  return typeof loaded === 'object' && loaded !== null && 'DatabaseSync' in loaded;
}
