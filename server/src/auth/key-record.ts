import { isJsonObject } from '@callsheet/protocol';
import type { KeyEnvironment } from './api-key.ts';

/** What is kept of a key: never the key itself. Times are ISO 8601 in UTC. Members with `?` are missing in older files. */
export interface KeyRecord {
  /** Public name of the key. */
  readonly kid: string;
  /** HMAC-SHA256 of the whole key under the pepper, lower-case hex. */
  readonly hash: string;
  /** For people. */
  readonly name: string;
  readonly role: string;
  /** Who is calling with it; `key:<kid>` when not said. A key and its replacement are one caller. */
  readonly principal?: string;
  /** What the key is limited to; nothing beyond its role when empty or not said. */
  readonly scopes?: readonly string[];
  readonly createdAt: string;
  /** The first moment the key no longer opens. */
  readonly expiresAt?: string;
  /** To the hour, and written now and then: for finding keys nobody uses. */
  readonly lastUsedAt?: string;
  /** active: in use · retiring: replaced, good until `retiresAt` · revoked: ended for good. */
  readonly status: 'active' | 'retiring' | 'revoked';
  /** The first moment a retiring key no longer opens. */
  readonly retiresAt?: string;
  /** Public name of the key that takes its place. */
  readonly replacedBy?: string;
  /** The only origins whose web pages may use the key. */
  readonly allowedOrigins?: readonly string[];
  /** `test` for keys that begin with csk_test; live when not said. */
  readonly environment?: KeyEnvironment;
}

/** Who calls with this key. */
export function principalIdOf({ kid, principal }: KeyRecord): string {
  return principal ?? `key:${kid}`;
}

/** The first moment the key does not open, in milliseconds since the epoch; Infinity when it has no end. */
export function endOf({ status, expiresAt, retiresAt }: KeyRecord): number {
  if (status === 'revoked') return -Infinity;
  const expiry = expiresAt === undefined ? Infinity : Date.parse(expiresAt);
  // A retiring key that does not say until when has no claim to any time.
  const retirement = status === 'active' ? Infinity : retiresAt === undefined ? -Infinity : Date.parse(retiresAt);
  return Math.min(expiry, retirement);
}

const STATUSES: readonly unknown[] = ['active', 'retiring', 'revoked'] satisfies KeyRecord['status'][];

/**
 * True for a record as this version or an older one writes it. A time that cannot be read makes the record wrong: taken
 * for no end it would keep a key alive.
 */
export function isKeyRecord(value: unknown): value is KeyRecord {
  if (!isJsonObject(value)) return false;
  const { kid, hash, name, role, status, environment } = value;
  return (
    [kid, hash, name, role].every((member) => typeof member === 'string') &&
    STATUSES.includes(status) &&
    typeof value.createdAt === 'string' &&
    [value.expiresAt, value.lastUsedAt, value.retiresAt].every(isTimeOrMissing) &&
    [value.principal, value.replacedBy].every((member) => member === undefined || typeof member === 'string') &&
    [value.scopes, value.allowedOrigins].every(isTextsOrMissing) &&
    [undefined, 'live', 'test'].some((known) => known === environment)
  );
}

function isTimeOrMissing(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && !Number.isNaN(Date.parse(value)));
}

function isTextsOrMissing(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}
