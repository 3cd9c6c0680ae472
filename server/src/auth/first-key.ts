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
  /**
   * Makes the admin key of a gateway without any, and answers it, for the only time; undefined when somebody else made a
   * key meanwhile. Absent when there was one before. Not made at once: a start can still fail, and nobody would see it.
   */
  readonly makeFirstKey?: () => Promise<string | undefined>;
}

/** Opens the key ring. When neither the store nor the configuration holds a key, one admin key can be made. */
export function openKeyRing(
  store: Pick<KeyStore, 'pepper' | 'records' | 'change'>,
  configured: readonly ConfiguredKey[],
  now: () => number,
  random: (bytes: number) => Uint8Array = randomBytes,
): OpenedRing {
  const { pepper, records } = store;
  const createdAt = new Date(now()).toISOString();
  const fixed = configured.map(
    ({ key, ...grant }): KeyRecord => ({
      ...{ kid: `config-${grant.name}`, hash: hashKey(key, pepper), ...grant },
      ...{ createdAt, status: 'active' },
    }),
  );
  if (records.length + fixed.length > 0) return { ring: new KeyRing(pepper, records, fixed, now) };
  const ring = new KeyRing(pepper, [], [], now);
  const makeFirstKey = async (): Promise<string | undefined> => {
    const first = mintKey({ name: 'first admin key', role: 'admin' }, pepper, now, random);
    // Somebody may have made a key by the command line in this very moment; then theirs is the first.
    const stored = await store.change((found) => {
      const after = found.length > 0 ? found : [first.record];
      return { records: after, answer: after };
    });
    ring.adopt(stored);
    return stored.includes(first.record) ? first.text : undefined;
  };
  return { ring, makeFirstKey };
}
