import { randomBytes } from 'node:crypto';
import { hashKey, type KeyRecord, KeyRing } from './key-ring.ts';
import type { KeyStore } from './key-store.ts';
import { mintKey } from './mint-key.ts';

/** A key named in the configuration: it opens the gateway for as long as the configuration names it. */
export interface ConfiguredKey {
  readonly name: string;
  readonly key: string;
  readonly role: string;
}

export interface OpenedRing {
  readonly ring: KeyRing;
  /** The admin key just made, to be printed once; absent when there was any key before. */
  readonly firstKey?: string;
}

/**
 * Opens the key ring. When neither the store nor the configuration holds a key, makes one admin key, stores its hash,
 * and hands the key out once.
 */
export async function openKeyRing(
  { pepper, records, save }: KeyStore,
  configured: readonly ConfiguredKey[],
  now: () => number,
  random: (bytes: number) => Uint8Array = randomBytes,
): Promise<OpenedRing> {
  const createdAt = new Date(now()).toISOString();
  const fixed = configured.map(
    ({ name, key, role }): KeyRecord => ({
      ...{ kid: `config-${name}`, hash: hashKey(key, pepper), name, role },
      ...{ createdAt, status: 'active' },
    }),
  );
  if (records.length + fixed.length > 0) return { ring: new KeyRing(pepper, records, fixed) };
  const { record, text } = mintKey({ name: 'first admin key', role: 'admin' }, pepper, now, random);
  await save([record]);
  return { ring: new KeyRing(pepper, [record]), firstKey: text };
}
