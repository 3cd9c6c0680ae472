import { createSecretKey, type KeyObject } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type LockParts, whileLocked } from './change-lock.ts';
import { isKeyRecord, type KeyRecord } from './key-record.ts';
import { openSecretFile } from './secret-file.ts';
import { readIfThere, writeDurably } from './stored-file.ts';

/** What the gateway must remember about credentials, in files only their owner may read. */
export interface KeyStore {
  /** Keyed-hash secret for API keys. Losing it makes every stored key useless. */
  readonly pepper: KeyObject;
  /** Signs links to assets. */
  readonly linkKey: KeyObject;
  /** As they were when the store was opened. */
  readonly records: readonly KeyRecord[];
  /** As they are now; oldest first, ended ones included. */
  read(): Promise<readonly KeyRecord[]>;
  /**
   * Reads, changes and writes while nobody else does, so that no change is lost between processes. Nothing is written
   * when the records are the ones that were read, or when `update` throws.
   */
  change<T>(update: (records: readonly KeyRecord[]) => KeyChange<T>): Promise<T>;
}

export interface KeyChange<T> {
  readonly records: readonly KeyRecord[];
  /** What `change` resolves with. */
  readonly answer: T;
}

/** The folder of `dataDir` with everything about credentials. */
export function authFolder(dataDir: string): string {
  return join(dataDir, 'auth');
}

/** The file with the records of the keys. */
export function keyFile(dataDir: string): string {
  return join(authFolder(dataDir), 'keys.json');
}

/**
 * Opens `<dataDir>/auth`: 32 random bytes each for pepper and links, made at the first start, and `keys.json`.
 *
 * @throws Error when a file exists but cannot be understood; a damaged key file is never silently replaced.
 */
export async function openKeyStore(dataDir: string, parts: LockParts = {}): Promise<KeyStore> {
  const folder = authFolder(dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = keyFile(dataDir);
  return {
    pepper: createSecretKey(await openSecretFile(join(folder, 'pepper'))),
    linkKey: createSecretKey(await openSecretFile(join(folder, 'link-key'))),
    records: await readKeyRecords(file),
    read: () => readKeyRecords(file),
    change: (update) =>
      whileLocked(
        join(folder, 'lock'),
        async () => {
          const before = await readKeyRecords(file);
          const { records, answer } = update(before);
          if (records !== before) await writeDurably(file, `${JSON.stringify(records, null, 2)}\n`);
          return answer;
        },
        parts,
      ),
  };
}

/** @throws Error when the file cannot be understood. A missing file holds no keys. */
export async function readKeyRecords(file: string): Promise<readonly KeyRecord[]> {
  const text = await readIfThere(file);
  if (text === undefined) return [];
  try {
    const records: unknown = JSON.parse(text);
    if (Array.isArray(records) && records.every(isKeyRecord)) return records;
  } catch (cause) {
    throw new Error(`Cannot read the keys in "${file}": it is not JSON; restore it from a backup`, { cause });
  }
  throw new Error(`Cannot read the keys in "${file}": an entry is not a key record; restore it from a backup`);
}
