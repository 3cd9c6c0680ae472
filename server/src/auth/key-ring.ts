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
  readonly #byHash = new Map<string, { record: KeyRecord; principal: Principal }>();

  constructor(pepper: KeyObject, records: Iterable<KeyRecord> = []) {
    this.#pepper = pepper;
    for (const record of records) this.add(record);
  }

  get size(): number {
    return this.#byHash.size;
  }

  add(record: KeyRecord): void {
    const principal: Principal = Object.freeze({ id: `key:${record.kid}`, role: record.role, scopes: [] });
    this.#byHash.set(record.hash, { record, principal });
  }

  /** The hash under which a key is kept. */
  hash(key: string): string {
    return createHmac('sha256', this.#pepper).update(key).digest('hex');
  }

  /** Who holds this key, or undefined for an unknown, revoked or misspelt one: the caller must not tell these apart. */
  verify(key: string): Principal | undefined {
    if (key.length > 128 || (key.startsWith('csk_') && readApiKey(key) === undefined)) return undefined;
    const entry = this.#byHash.get(this.hash(key));
    return entry?.record.status === 'active' ? entry.principal : undefined;
  }

  records(): KeyRecord[] {
    return [...this.#byHash.values()].map((entry) => entry.record);
  }
}
