import { type KeyObject, randomBytes } from 'node:crypto';
import { makeApiKey } from './api-key.ts';
import { hashKey, type KeyRecord } from './key-ring.ts';

export interface MintedKey {
  /** The key itself: to be shown once and kept nowhere. */
  readonly text: string;
  readonly record: KeyRecord;
}

/** Makes a new key for a role. */
export function mintKey(
  { name, role }: Pick<KeyRecord, 'name' | 'role'>,
  pepper: KeyObject,
  now: () => number,
  random: (bytes: number) => Uint8Array = randomBytes,
): MintedKey {
  const { kid, text } = makeApiKey('live', random);
  const createdAt = new Date(now()).toISOString();
  return { text, record: { kid, hash: hashKey(text, pepper), name, role, createdAt, status: 'active' } };
}
