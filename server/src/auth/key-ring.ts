import { createHmac, type KeyObject } from 'node:crypto';
import type { Principal } from '@callsheet/protocol';
import { readApiKey } from './api-key.ts';

/** What is kept of a key: never the key itself. */
export interface KeyRecord {
  /** Public name of the key. */
  readonly kid: string;
  /** HMAC-SHA256 of the whole key under the pepper, lower-case hex. */
  readonly hash: string;
  /** For people. */
  readonly name: string;
  readonly role: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly status: 'active' | 'revoked';
}

/**
 * The keys that open this gateway. A key is looked up by its keyed hash: without the pepper nobody can choose what is
 * looked up, so the look-up itself tells an attacker nothing, and SHA-256 is enough because a key has 256 random bits.
 */
export class KeyRing {
  readonly #pepper: KeyObject;
  readonly #configured: readonly KeyRecord[];
  #byHash = new Map<string, { record: KeyRecord; principal: Principal }>();

  /** @param configured keys of the configuration, which no change of the store touches */
  constructor(pepper: KeyObject, stored: readonly KeyRecord[] = [], configured: readonly KeyRecord[] = []) {
    this.#pepper = pepper;
    this.#configured = configured;
    this.adopt(stored);
  }

  get size(): number {
    return this.#byHash.size;
  }

  /** Takes these for the stored keys from now on. */
  adopt(stored: readonly KeyRecord[]): void {
    this.#byHash = new Map(
      [...stored, ...this.#configured].map((record) => {
        const principal: Principal = Object.freeze({ id: `key:${record.kid}`, role: record.role, scopes: [] });
        return [record.hash, { record, principal }];
      }),
    );
  }

  /** True while the principal holds an active key with the role it came with. */
  admits({ id, role }: Principal): boolean {
    return [...this.#byHash.values()].some(
      ({ record, principal }) => record.status === 'active' && principal.id === id && principal.role === role,
    );
  }

  /** Who holds this key, or undefined for an unknown, revoked or misspelt one: the caller must not tell these apart. */
  verify(key: string): Principal | undefined {
    if (key.length > 128 || (key.startsWith('csk_') && readApiKey(key) === undefined)) return undefined;
    const entry = this.#byHash.get(hashKey(key, this.#pepper));
    return entry?.record.status === 'active' ? entry.principal : undefined;
  }
}

/** The hash under which a key is kept. */
export function hashKey(key: string, pepper: KeyObject): string {
  return createHmac('sha256', pepper).update(key).digest('hex');
}
