import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Principal } from '@callsheet/protocol';
import type { Identity } from '../identity.ts';
import { isClientId } from './proof.ts';

/** A client that signs its requests, as the configuration names it. */
export interface HmacClientSettings {
  /** 1 to 128 letters, digits and `. _ -`. */
  readonly id: string;
  /** 32 bytes of UTF-8 or more, known to the client and the gateway only. */
  readonly secret: string;
  readonly role: string;
  /** What the client may do at most; none says: all its role may. */
  readonly scopes?: readonly string[];
  /** false: the client is known, and refused. */
  readonly active: boolean;
}

/** A client that may sign. The same object for as long as the configuration says the same about it. */
export interface HmacClient {
  readonly key: KeyObject;
  readonly identity: Identity;
}

const FEWEST_SECRET_BYTES = 32;

/** The clients whose signatures this gateway takes. */
export class HmacClients {
  #active = new Map<string, HmacClient>();

  /** @throws RangeError for an id that is none or comes twice, and for a short secret. */
  constructor(settings: readonly HmacClientSettings[] = []) {
    this.adopt(settings);
  }

  /** An active client, or undefined. */
  find(id: string): HmacClient | undefined {
    return this.#active.get(id);
  }

  /**
   * Takes these for the clients from now on. A client with another secret, role or scopes is another client: identities
   * of the old one are no longer good.
   *
   * @throws RangeError as the constructor does, and changes nothing then.
   */
  adopt(settings: readonly HmacClientSettings[]): void {
    const clients = new Map<string, HmacClient>();
    const ids = new Set<string>();
    for (const { id, secret, role, scopes = [], active } of settings) {
      const key = check(id, secret, ids);
      if (!active) continue;
      const old = this.#active.get(id);
      const same = old?.key.equals(key) === true && saysTheSame(old.identity.principal, role, scopes);
      clients.set(id, same ? old : this.#client(id, key, role, scopes));
    }
    this.#active = clients;
  }

  #client(id: string, key: KeyObject, role: string, scopes: readonly string[]): HmacClient {
    const principal = Object.freeze({ id: `client:${id}`, role, scopes: Object.freeze([...scopes]) });
    const stillGood = (): boolean => this.#active.get(id) === client;
    const client: HmacClient = {
      key,
      identity: Object.freeze({ principal, means: 'hmac', credential: id, stillGood }),
    };
    return client;
  }
}

function check(id: string, secret: string, ids: Set<string>): KeyObject {
  if (!isClientId(id)) {
    throw new RangeError(`Cannot take the HMAC client "${id}": its name must be 1 to 128 letters, digits and . _ -`);
  }
  if (ids.has(id)) throw new RangeError(`Cannot take the HMAC client "${id}" twice; remove one of the two`);
  ids.add(id);
  const bytes = Buffer.from(secret, 'utf8');
  if (bytes.length < FEWEST_SECRET_BYTES) {
    throw new RangeError(
      `Cannot take the HMAC client "${id}": its secret has ${bytes.length} bytes, fewer than ${FEWEST_SECRET_BYTES}; make one with "openssl rand -hex 32"`,
    );
  }
  return createSecretKey(bytes);
}

function saysTheSame(principal: Principal, role: string, scopes: readonly string[]): boolean {
  return (
    principal.role === role &&
    principal.scopes.length === scopes.length &&
    principal.scopes.every((scope, at) => scope === scopes[at])
  );
}
