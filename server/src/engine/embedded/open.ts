import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { ToolLog } from '@callsheet/protocol';
import { type Clock, systemClock } from '../../clock.ts';
import type { Driver } from './driver.ts';
import { EmbeddedEngine } from './engine.ts';
import { openNodeSqlite } from './node-sqlite.ts';
import { acquireOwnerLock } from './owner-lock.ts';
import { type Processes, systemProcesses } from './processes.ts';
import { explainStorageFault, hasRoomFor } from './storage-fault.ts';
import { clearWasmLeftovers, openWasmSqlite } from './wasm-sqlite.ts';

export interface OpenOptions {
  /** A directory, made when missing; or `:memory:`, which forgets everything at close. */
  readonly dataDir: string;
  readonly log: Pick<ToolLog, 'info'>;
  /** Which SQLite to use. By default the one built into Node where there is one. */
  readonly driver?: Driver['name'];
  readonly clock?: Clock;
  readonly processes?: Processes;
  /** When a turn of the event loop is over; `setImmediate` by default. */
  readonly turn?: (callback: () => void) => void;
}

/** The database inside the data directory. */
export const DATABASE_FILE = 'callsheet.db';

/**
 * The exclusive lock must be asked for before anything is read: with it SQLite keeps the WAL index in memory, which the
 * WebAssembly driver needs (it has no shared memory) and which is faster everywhere. WAL with FULL syncs once per commit.
 * Measured on two cores, 64 jobs a transaction: WAL 20,000 job cycles/s, rollback journals 10,000 (and unsafe, see
 * `openWasmSqlite`).
 */
const SETTINGS = `PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 1000; PRAGMA temp_store = MEMORY`;

/** Opens the storage of one gateway. Throws when another living process owns the directory. */
export async function openEmbeddedEngine(options: OpenOptions): Promise<EmbeddedEngine> {
  const { dataDir, log, clock = systemClock, processes = systemProcesses, turn = defaultTurn } = options;
  const monotonic = (): number => clock.monotonic();
  if (dataDir === ':memory:') {
    const driver = await openDriver(':memory:', options.driver);
    const explain = (error: unknown) => explainStorageFault(error, () => true);
    return new EmbeddedEngine({ driver, explain, turn, monotonic, closed: () => {} });
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = acquireOwnerLock(dataDir, processes, () => clock.now());
  try {
    const file = join(dataDir, DATABASE_FILE);
    clearWasmLeftovers(file);
    const driver = await openDriver(file, options.driver);
    configure(driver, file);
    // The file and its WAL may just have been created; their names must survive a power cut too.
    syncDirectory(dataDir);
    log.info({ file, driver: driver.name }, 'opened the embedded storage');
    const explain = (error: unknown) => explainStorageFault(error, () => hasRoomFor(`${file}-wal`));
    return new EmbeddedEngine({ driver, explain, turn, monotonic, closed: () => lock.release() });
  } catch (error) {
    lock.release();
    throw error;
  }
}

function configure(driver: Driver, file: string): void {
  try {
    driver.exec(SETTINGS);
    // SQLite answers the old mode instead of an error when it cannot change it.
    const mode = driver.prepare('PRAGMA journal_mode').get()?.journal_mode;
    if (mode !== 'wal') {
      throw new Error(`Cannot use the database "${file}": it stays in journal mode "${mode}"; put it on a local disk`);
    }
  } catch (error) {
    driver.close();
    throw error;
  }
}

async function openDriver(file: string, wanted: Driver['name'] | undefined): Promise<Driver> {
  if (wanted === 'node-sqlite3-wasm') return openWasmSqlite(file);
  const builtIn = await openNodeSqlite(file);
  if (builtIn !== undefined) return builtIn;
  if (wanted === undefined) return openWasmSqlite(file);
  throw new Error(
    `Cannot use node:sqlite: Node ${process.version} has none without a flag; leave the driver open or use Node 24`,
  );
}

function syncDirectory(directory: string): void {
  // Windows cannot open directories, and does not need it.
  if (process.platform === 'win32') return;
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function defaultTurn(callback: () => void): void {
  setImmediate(callback);
}
