import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyRecord } from './key-ring.ts';

/** What the gateway must remember about credentials, in files only their owner may read. */
export interface KeyStore {
  /** Keyed-hash secret for API keys. Losing it makes every stored key useless. */
  readonly pepper: KeyObject;
  /** Signs links to assets. */
  readonly linkKey: KeyObject;
  /** As they were when the store was opened. */
  readonly records: readonly KeyRecord[];
  save(records: readonly KeyRecord[]): Promise<void>;
}

/**
 * Opens `<dataDir>/auth`: 32 random bytes each for pepper and links, made at the first start, and `keys.json`.
 *
 * @throws Error when a file exists but cannot be understood; a damaged key file is never silently replaced.
 */
export async function openKeyStore(dataDir: string): Promise<KeyStore> {
  const folder = join(dataDir, 'auth');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'keys.json');
  return {
    pepper: await secret(join(folder, 'pepper')),
    linkKey: await secret(join(folder, 'link-key')),
    records: await readRecords(file),
    save: (records) => writeDurably(file, `${JSON.stringify(records, null, 2)}\n`),
  };
}

async function secret(file: string): Promise<KeyObject> {
  const found = await readIfThere(file);
  if (found === undefined) {
    const made = randomBytes(32);
    await writeDurably(file, made.toString('base64url'));
    return createSecretKey(made);
  }
  const bytes = Buffer.from(found.trim(), 'base64url');
  if (bytes.length !== 32) throw new Error(`Cannot read the secret in "${file}": expected 32 bytes in base64url`);
  return createSecretKey(bytes);
}

async function readRecords(file: string): Promise<KeyRecord[]> {
  const text = await readIfThere(file);
  if (text === undefined) return [];
  try {
    const records: unknown = JSON.parse(text);
    if (Array.isArray(records) && records.every(isRecord)) return records;
  } catch (cause) {
    throw new Error(`Cannot read the keys in "${file}": it is not JSON; restore it from a backup`, { cause });
  }
  throw new Error(`Cannot read the keys in "${file}": an entry is not a key record; restore it from a backup`);
}

function isRecord(value: unknown): value is KeyRecord {
  if (typeof value !== 'object' || value === null) return false;
  const texts = ['kid', 'hash', 'name', 'role', 'createdAt', 'status'];
  return texts.every((name) => typeof (value as Record<string, unknown>)[name] === 'string');
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes beside, flushes, renames: a crash leaves the old file or the new one, never half of one. */
async function writeDurably(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
