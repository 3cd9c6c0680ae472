import { randomBytes } from 'node:crypto';
import { makeApiKey } from './api-key.ts';
import { type KeyRecord, KeyRing } from './key-ring.ts';
import type { KeyStore } from './key-store.ts';

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
  store: KeyStore,
  configured: readonly ConfiguredKey[],
  now: () => number,
  random: (bytes: number) => Uint8Array = randomBytes,
): Promise<OpenedRing> {
  const ring = new KeyRing(store.pepper, store.records);
  const createdAt = new Date(now()).toISOString();
  for (const { name, key, role } of configured) {
    ring.add({ kid: `config-${name}`, hash: ring.hash(key), name, role, createdAt, status: 'active' });
  }
  if (ring.size > 0) return { ring };
  const made = makeApiKey('live', random);
  const record: KeyRecord = {
    kid: made.kid,
    hash: ring.hash(made.text),
    name: 'first admin key',
    role: 'admin',
    createdAt,
    status: 'active',
  };
  await store.save([record]);
  ring.add(record);
  return { ring, firstKey: made.text };
}
