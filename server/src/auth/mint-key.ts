import { type KeyObject, randomBytes } from 'node:crypto';
import { type KeyEnvironment, makeApiKey } from './api-key.ts';
import type { KeyRecord } from './key-record.ts';
import { hashKey } from './key-ring.ts';

/** What a new key shall be. */
export interface KeyGrant extends Pick<KeyRecord, 'name' | 'role' | 'scopes' | 'expiresAt' | 'allowedOrigins'> {
  /** The caller the key speaks for; a caller of its own when not said. */
  readonly principal?: string | undefined;
  readonly environment?: KeyEnvironment;
}

export interface MintedKey {
  /** The key itself: to be shown once and kept nowhere. */
  readonly text: string;
  readonly record: KeyRecord;
}

/** Makes a new key. */
export function mintKey(
  { environment = 'live', principal, scopes = [], ...grant }: KeyGrant,
  pepper: KeyObject,
  now: () => number,
  random: (bytes: number) => Uint8Array = randomBytes,
): MintedKey {
  const { kid, text } = makeApiKey(environment, random);
  const record: KeyRecord = {
    ...{ kid, hash: hashKey(text, pepper), ...grant, principal: principal ?? `key:${kid}`, scopes },
    ...{ createdAt: new Date(now()).toISOString(), status: 'active' },
    ...(environment === 'test' && { environment }),
  };
  return { text, record };
}
