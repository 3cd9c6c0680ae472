import { CallError } from '@callsheet/protocol';
import { endOf, type KeyRecord, principalIdOf } from './key-record.ts';
import type { KeyStore } from './key-store.ts';
import { checkWish, type KeyWish } from './key-wish.ts';
import { type KeyGrant, mintKey } from './mint-key.ts';

/** A stored key as it may be shown. Times are ISO 8601. */
export interface KeyView extends Omit<KeyRecord, 'hash' | 'status'> {
  readonly principal: string;
  readonly scopes: readonly string[];
  /** active · retiring: replaced, still good · expired: its time is over · revoked: ended by somebody. */
  readonly status: 'active' | 'retiring' | 'expired' | 'revoked';
}

export interface IssuedKey {
  /** The key itself, for the only time. */
  readonly key: string;
  readonly record: KeyView;
}

export interface RotatedKey extends IssuedKey {
  readonly replaced: KeyView;
}

export interface AdminParts {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random?: (bytes: number) => Uint8Array;
}

export interface KeyJudge {
  /** Asked for the very key that would be changed, while nobody else can change it. @throws CallError to refuse */
  readonly mayHandle?: (key: KeyView) => void;
}

/** How long a replaced key stays good when nobody says: one day. */
export const DEFAULT_GRACE_MS = 86_400_000;
const MOST_GRACE_MS = 90 * DEFAULT_GRACE_MS;
/** A caller who changes keys needs the old one and the new one. More would be keys nobody keeps track of. */
const MOST_PER_PRINCIPAL = 2;

/**
 * Makes a key and stores its hash; a running gateway takes it within a moment.
 *
 * @throws CallError INVALID_PARAMS for a wish that cannot be granted; CONFLICT when the caller has two good keys.
 */
export async function createKey(
  store: KeyStore,
  wish: KeyWish,
  { now, random, roles }: AdminParts & { readonly roles: readonly string[] },
): Promise<IssuedKey> {
  const at = now();
  const { record, text } = mintKey(checkWish(wish, roles, at), store.pepper, () => at, random);
  return store.change((records) => {
    refuseThird('Cannot make the key', principalIdOf(record), records, at);
    return { records: [...records, record], answer: { key: text, record: viewOf(record, at) } };
  });
}

/** The stored keys, oldest first, ended ones included. */
export async function listKeys(store: KeyStore, now: () => number): Promise<readonly KeyView[]> {
  const at = now();
  return (await store.read()).map((record) => viewOf(record, at));
}

/**
 * Puts a new key in the place of another, which stays good for `graceMs` (one day when not said) so that its users can
 * change over. Both are the same caller with the same rights; a key with an end is replaced by one that lives as long.
 *
 * @throws CallError NOT_FOUND; CONFLICT when the key no longer opens or is already being replaced, or the caller has two
 * good keys; INVALID_PARAMS for a grace that is no number of milliseconds from 0 to 90 days.
 */
export async function rotateKey(
  store: KeyStore,
  { kid, graceMs = DEFAULT_GRACE_MS }: { readonly kid: string; readonly graceMs?: number | undefined },
  { now, random, mayHandle }: AdminParts & KeyJudge,
): Promise<RotatedKey> {
  if (!Number.isInteger(graceMs) || graceMs < 0 || graceMs > MOST_GRACE_MS) {
    const message = `expected whole milliseconds from 0 to ${MOST_GRACE_MS} (90 days)`;
    throw new CallError('INVALID_PARAMS', `Cannot rotate "${kid}": the grace is ${graceMs}; ${message}`, {
      issues: [{ path: '/graceMs', keyword: 'maximum', message }],
    });
  }
  return store.change((records) => {
    const at = now();
    const old = find('rotate', kid, records);
    const view = viewOf(old, at);
    mayHandle?.(view);
    const { status } = view;
    const successor = records.find((other) => other.kid === old.replacedBy);
    if (status === 'retiring' && successor !== undefined && at < endOf(successor)) {
      throw conflict(`Cannot rotate "${kid}": "${old.replacedBy}" takes its place at ${old.retiresAt}`);
    }
    // One whose replacement ended first can be replaced again.
    if (status !== 'active' && status !== 'retiring')
      throw conflict(`Cannot rotate "${kid}": it is ${status}; make a new key with "keys create"`);
    refuseThird(`Cannot rotate "${kid}"`, principalIdOf(old), records, at);
    const { record, text } = mintKey(successorOf(old, at), store.pepper, () => at, random);
    // Replaced a second time it lives no longer than it would have.
    const before = old.retiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(old.retiresAt);
    const retiresAt = new Date(Math.min(at + graceMs, before)).toISOString();
    const replaced: KeyRecord = { ...old, status: 'retiring', retiresAt, replacedBy: record.kid };
    return {
      records: [...records.map((each) => (each === old ? replaced : each)), record],
      answer: { key: text, record: viewOf(record, at), replaced: viewOf(replaced, at) },
    };
  });
}

/**
 * Ends a key for good; a running gateway closes its connections.
 *
 * @throws CallError NOT_FOUND; CONFLICT when it is revoked already.
 */
export async function revokeKey(
  store: KeyStore,
  kid: string,
  now: () => number,
  { mayHandle }: KeyJudge = {},
): Promise<KeyView> {
  return store.change((records) => {
    const found = find('revoke', kid, records);
    mayHandle?.(viewOf(found, now()));
    if (found.status === 'revoked') throw conflict(`Cannot revoke "${kid}": it is revoked already`);
    const revoked: KeyRecord = { ...found, status: 'revoked' };
    return { records: records.map((each) => (each === found ? revoked : each)), answer: viewOf(revoked, now()) };
  });
}

function viewOf({ hash: _, ...record }: KeyRecord, now: number): KeyView {
  const whole = { ...record, hash: '' };
  const over = record.status !== 'revoked' && now >= endOf(whole);
  return {
    ...record,
    principal: principalIdOf(whole),
    scopes: record.scopes ?? [],
    status: over ? 'expired' : record.status,
  };
}

function successorOf(old: KeyRecord, now: number): KeyGrant {
  const { name, role, scopes = [], createdAt, expiresAt, allowedOrigins, environment } = old;
  const end = expiresAt === undefined ? undefined : now + Date.parse(expiresAt) - Date.parse(createdAt);
  return {
    ...{ name, role, scopes, principal: principalIdOf(old) },
    ...(end !== undefined && { expiresAt: new Date(end).toISOString() }),
    ...(allowedOrigins !== undefined && { allowedOrigins }),
    ...(environment !== undefined && { environment }),
  };
}

function find(verb: string, kid: string, records: readonly KeyRecord[]): KeyRecord {
  const found = records.find((record) => record.kid === kid);
  if (found !== undefined) return found;
  throw new CallError(
    'NOT_FOUND',
    `Cannot ${verb} ${JSON.stringify(kid)}: no key is stored under this id; see "keys list"`,
  );
}

function refuseThird(cannot: string, principal: string, records: readonly KeyRecord[], now: number): void {
  const good = records.filter((record) => principalIdOf(record) === principal && now < endOf(record));
  if (good.length < MOST_PER_PRINCIPAL) return;
  const kids = good.map(({ kid }) => `"${kid}"`).join(' and ');
  throw conflict(`${cannot}: "${principal}" has the good keys ${kids}; revoke one of them first`);
}

function conflict(message: string): CallError {
  return new CallError('CONFLICT', message);
}
