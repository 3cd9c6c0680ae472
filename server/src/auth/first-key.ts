import { randomBytes } from 'node:crypto';
import type { KeyRecord } from './key-record.ts';
import { hashKey, KeyRing } from './key-ring.ts';
import type { KeyStore } from './key-store.ts';
import { mintKey } from './mint-key.ts';

/** A key named in the configuration: it opens the gateway for as long as the configuration names it. */
export interface ConfiguredKey {
  readonly name: string;
  readonly key: string;
  readonly role: string;
  /** What the key is limited to; nothing beyond its role when empty. */
  readonly scopes?: readonly string[];
  /** The only origins whose web pages may use the key. */
  readonly allowedOrigins?: readonly string[];
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
  store: Pick<KeyStore, 'pepper' | 'records' | 'change'>,
  configured: readonly ConfiguredKey[],
  now: () => number,
  random: (bytes: number) => Uint8Array = randomBytes,
): Promise<OpenedRing> {
  const { pepper, records } = store;
  const createdAt = new Date(now()).toISOString();
  const fixed = configured.map(
    ({ key, ...grant }): KeyRecord => ({
      ...{ kid: `config-${grant.name}`, hash: hashKey(key, pepper), ...grant },
      ...{ createdAt, status: 'active' },
    }),
  );
  if (records.length + fixed.length > 0) return { ring: new KeyRing(pepper, records, fixed, now) };
  const first = mintKey({ name: 'first admin key', role: 'admin' }, pepper, now, random);
  // Somebody may have made a key by the command line in this very moment; then theirs is the first.
  const stored = await store.change((found) => {
    const after = found.length > 0 ? found : [first.record];
    return { records: after, answer: after };
  });
  const ring = new KeyRing(pepper, stored, [], now);
  return stored.includes(first.record) ? { ring, firstKey: first.text } : { ring };
}
