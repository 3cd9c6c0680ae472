import type { KeyRecord } from './key-ring.ts';
import { openKeyStore } from './key-store.ts';
import { mintKey } from './mint-key.ts';

/** Makes a key and stores its hash; a running gateway takes it within a moment. Answers the key, for the only time. */
export async function createKey(
  dataDir: string,
  wish: Pick<KeyRecord, 'name' | 'role'>,
  now: () => number,
): Promise<{ readonly kid: string; readonly text: string }> {
  const { pepper, records, save } = await openKeyStore(dataDir);
  const { record, text } = mintKey(wish, pepper, now);
  await save([...records, record]);
  return { kid: record.kid, text };
}

/** The stored keys, oldest first, revoked ones included. */
export async function listKeys(dataDir: string): Promise<readonly KeyRecord[]> {
  return (await openKeyStore(dataDir)).records;
}

/**
 * Revokes a key for good; a running gateway closes its connections.
 *
 * @throws Error when no active key has this public name.
 */
export async function revokeKey(dataDir: string, kid: string): Promise<void> {
  const { records, save } = await openKeyStore(dataDir);
  if (!records.some((record) => record.kid === kid && record.status === 'active')) {
    throw new Error(`Cannot revoke "${kid}": no active key is stored under this name; see "keys list"`);
  }
  await save(records.map((record) => (record.kid === kid ? { ...record, status: 'revoked' as const } : record)));
}
