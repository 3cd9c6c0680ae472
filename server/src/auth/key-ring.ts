import { createHmac, type KeyObject } from 'node:crypto';
import type { Principal } from '@callsheet/protocol';
import { readApiKey } from './api-key.ts';
import type { Identity } from './identity.ts';
import { endOf, type KeyRecord, principalIdOf } from './key-record.ts';

/** How exactly it is remembered when a key was used last. */
const USE_MS = 3_600_000;

/** What a key gives. Exchanged as a whole when any of it changes: whoever holds the older grant is no longer good. */
interface Grant {
  readonly principal: Principal;
  readonly allowedOrigins: readonly string[] | undefined;
  /** The members above as text, to be compared. */
  readonly said: string;
}

interface Entry {
  readonly grant: Grant;
  readonly identity: Identity;
  /** The first moment the key does not open; Infinity when it has no end. */
  readonly end: number;
  /** The hour of the last use that was noted. */
  hour: number;
}

/**
 * The keys that open this gateway. A key is looked up by its keyed hash: without the pepper nobody can choose what is
 * looked up, so the look-up itself tells an attacker nothing, a known key id costs what an unknown one costs, and
 * SHA-256 is enough because a key has 256 random bits.
 */
export class KeyRing {
  readonly #pepper: KeyObject;
  readonly #configured: readonly KeyRecord[];
  readonly #now: () => number;
  #byHash = new Map<string, Entry>();
  #uses = new Map<string, number>();

  /**
   * @param configured keys of the configuration, which no change of the store touches
   * @param now milliseconds since the epoch
   */
  constructor(
    pepper: KeyObject,
    stored: readonly KeyRecord[] = [],
    configured: readonly KeyRecord[] = [],
    now: () => number = Date.now,
  ) {
    this.#pepper = pepper;
    this.#configured = configured;
    this.#now = now;
    this.adopt(stored);
  }

  /** Takes these for the stored keys from now on. What a key gives stays the same object while it is the same. */
  adopt(stored: readonly KeyRecord[]): void {
    const known = new Map([...this.#byHash.values()].map(({ grant }) => [grant.said, grant]));
    const next = new Map<string, Entry>();
    for (const record of [...stored, ...this.#configured]) {
      const end = endOf(record);
      if (record.status === 'revoked') next.delete(record.hash);
      else {
        const grant = grantOf(record, known);
        const identity = this.#identityOf(record, grant, end);
        next.set(record.hash, { grant, identity, end, hour: this.#byHash.get(record.hash)?.hour ?? -1 });
      }
    }
    this.#byHash = next;
  }

  /** Who holds this key, or undefined for an unknown, ended or misspelt one: the caller must not tell these apart. */
  identify(key: string): Identity | undefined {
    if (key.length > 128 || (key.startsWith('csk_') && readApiKey(key) === undefined)) return undefined;
    const entry = this.#byHash.get(hashKey(key, this.#pepper));
    const now = this.#now();
    if (entry === undefined || now >= entry.end) return undefined;
    const hour = Math.floor(now / USE_MS);
    if (entry.hour !== hour) {
      entry.hour = hour;
      this.#uses.set(entry.identity.credential, hour * USE_MS);
    }
    return entry.identity;
  }

  /** The next moment at which a key that is good now stops being good; undefined when none will. */
  nextEnd(): number | undefined {
    const now = this.#now();
    let next = Infinity;
    for (const { end } of this.#byHash.values()) if (end > now && end < next) next = end;
    return next === Infinity ? undefined : next;
  }

  /** Key id → the hour it was last used in (milliseconds since the epoch), for keys used in a new hour since this was asked. */
  takeUses(): ReadonlyMap<string, number> {
    const uses = this.#uses;
    this.#uses = new Map();
    return uses;
  }

  #identityOf(record: KeyRecord, grant: Grant, end: number): Identity {
    const { kid, hash, status, replacedBy } = record;
    const until = Number.isFinite(end) ? new Date(end).toISOString() : undefined;
    return Object.freeze({
      principal: grant.principal,
      means: 'apiKey' as const,
      credential: kid,
      stillGood: () => {
        const entry = this.#byHash.get(hash);
        return entry !== undefined && entry.grant === grant && this.#now() < entry.end;
      },
      ...(until !== undefined && { expiresAt: end }),
      ...(grant.allowedOrigins !== undefined && { allowedOrigins: grant.allowedOrigins }),
      ...(status === 'retiring' && {
        warning: `This key stops working at ${until}; use its replacement${replacedBy === undefined ? '' : ` "${replacedBy}"`}`,
      }),
    });
  }
}

/** The hash under which a key is kept. */
export function hashKey(key: string, pepper: KeyObject): string {
  return createHmac('sha256', pepper).update(key).digest('hex');
}

/** The grant of this record, the same object for every record that says the same. */
function grantOf(record: KeyRecord, known: Map<string, Grant>): Grant {
  const { role, scopes = [], allowedOrigins } = record;
  const id = principalIdOf(record);
  const said = JSON.stringify([id, role, scopes, allowedOrigins ?? null]);
  let grant = known.get(said);
  if (grant === undefined) {
    const principal: Principal = Object.freeze({ id, role, scopes: Object.freeze([...scopes]) });
    grant = { principal, allowedOrigins: allowedOrigins && Object.freeze([...allowedOrigins]), said };
    known.set(said, grant);
  }
  return grant;
}
