import type { IncomingHttpHeaders } from 'node:http';
import { CallError, type Credential } from '@callsheet/protocol';
import type { ConnectionFacts } from './connection-facts.ts';
import { isHmacHeader, readAuthorization } from './hmac/authorization-header.ts';
import { EMPTY_BODY_HASH } from './hmac/signed-request.ts';
import type { HmacRequest } from './hmac/verify.ts';
import type { Identity } from './identity.ts';
import { certificateShown } from './observed-check.ts';

/** What looks at each kind of credential. Undefined means wrong, for whatever reason. */
export interface Checks {
  readonly key: (key: string) => Identity | undefined;
  readonly token: (token: string) => Identity | undefined | Promise<Identity | undefined>;
  /** @throws CallError when no more signatures can be remembered */
  readonly signature: (request: HmacRequest) => Identity | undefined;
  readonly ticket: (ticket: string, origin: string | undefined) => Identity | undefined;
}

/** Slows down whoever tries credentials. */
export interface Guard {
  /** @throws CallError RATE_LIMITED */
  check(address: string): void;
  failed(address: string): void;
}

export interface AuthenticatorParts {
  readonly checks: Checks;
  readonly guard: Guard;
  /** @throws CallError ORIGIN_NOT_ALLOWED when pages of this origin may not use the credential */
  readonly admitOrigin: (origin: string | undefined, allowed: readonly string[] | undefined) => void;
  /** Told of every refusal. */
  readonly onRefused: (at: ConnectionFacts, means: string, error: CallError) => void;
}

/** One sentence for every bad credential: unknown, revoked and expired must look alike. */
const REFUSAL = 'Cannot authenticate: the credential is missing, wrong or no longer valid';

type Checked = Identity | undefined | Promise<Identity | undefined>;

/** Decides who is calling, whatever the credential and wherever it came in. */
export class Authenticator {
  readonly #parts: AuthenticatorParts;

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
  }

  /**
   * Reads `Authorization` (Bearer with a key or a token, or a signature), `X-API-Key`, or the client certificate.
   *
   * @returns undefined when none of them is there, so that the caller may still open by message.
   * @throws CallError UNAUTHENTICATED when one is there and is wrong.
   */
  fromHeaders(
    headers: IncomingHttpHeaders,
    at: ConnectionFacts,
    bodyHash: string = EMPTY_BODY_HASH,
  ): Identity | undefined | Promise<Identity> {
    const key = headers['x-api-key'];
    const { authorization } = headers;
    if (typeof key === 'string' && authorization === undefined) return this.#judge(at, 'key', () => this.#key(key));
    if (authorization !== undefined) {
      // Two credentials could be of two callers; nobody honest sends both.
      const one = key === undefined ? authorization : '';
      return this.#judge(at, 'authorization', () => this.#authorization(one, at, bodyHash));
    }
    if (at.certificate !== undefined) certificateShown();
    return at.certificate;
  }

  /** @throws CallError UNAUTHENTICATED */
  fromCredential(credential: Credential, at: ConnectionFacts): Identity | Promise<Identity> {
    return this.#judge(at, credential.type, () => this.#credential(credential, at));
  }

  #credential(credential: Credential, at: ConnectionFacts): Checked {
    const { checks } = this.#parts;
    switch (credential.type) {
      case 'apiKey':
        return this.#key(credential.apiKey);
      case 'jwt':
        return checks.token(credential.token);
      case 'ticket':
        return checks.ticket(credential.ticket, at.origin);
      case 'hmac': {
        const { clientId: id, timestamp: ts, nonce, signature: sig } = credential;
        return checks.signature({ id, ts, nonce, sig, ...requestOf(at), bodyHash: EMPTY_BODY_HASH });
      }
    }
  }

  #authorization(authorization: string, at: ConnectionFacts, bodyHash: string): Checked {
    const { checks } = this.#parts;
    // RFC 9110 §11.4: the scheme is case-insensitive. An unknown one is a wrong credential, not a missing one.
    if (isHmacHeader(authorization)) {
      const proof = readAuthorization(authorization);
      return proof && checks.signature({ ...proof, ...requestOf(at), bodyHash });
    }
    const bearer = /^bearer +(\S+) *$/i.exec(authorization)?.[1];
    if (bearer === undefined) return undefined;
    return bearer.startsWith('eyJ') && bearer.includes('.') ? checks.token(bearer) : this.#key(bearer);
  }

  #key(key: string): Identity | undefined {
    return this.#parts.checks.key(key);
  }

  /** Asks the guard first and tells it afterwards; a wrong credential has one sentence, whatever was wrong with it. */
  #judge(at: ConnectionFacts, means: string, check: () => Checked): Identity | Promise<Identity> {
    this.#ask(at, means, () => this.#parts.guard.check(at.address));
    const identity = check();
    return identity instanceof Promise
      ? identity.then((found) => this.#admit(found, at, means))
      : this.#admit(identity, at, means);
  }

  #admit(identity: Identity | undefined, at: ConnectionFacts, means: string): Identity {
    if (identity === undefined) {
      this.#parts.guard.failed(at.address);
      const error = new CallError('UNAUTHENTICATED', REFUSAL);
      this.#parts.onRefused(at, means, error);
      throw error;
    }
    this.#ask(at, means, () => this.#parts.admitOrigin(at.origin, identity.allowedOrigins));
    return identity;
  }

  /** Lets a rule decide, and tells of its refusal. */
  #ask(at: ConnectionFacts, means: string, rule: () => void): void {
    try {
      rule();
    } catch (error) {
      this.#parts.onRefused(at, means, CallError.from(error));
      throw error;
    }
  }
}

function requestOf({ method, path, query, host }: ConnectionFacts) {
  return { method, path, query, host };
}
