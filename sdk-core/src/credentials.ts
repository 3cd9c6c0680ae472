import type { Credential } from '@callsheet/protocol';
import { milliseconds, type OptionRule, type OptionRules, objectOf, rule, text } from './option-rules.ts';

export type MaybePromise<T> = T | Promise<T>;

/** Why a credential is wanted: to dial, because the one of the session ends soon, or because the last one was refused. */
export type CredentialReason = 'connect' | 'expiring' | 'rejected';

/** A key of WebCrypto (`CryptoKey`), as far as the engine looks at it: made for HMAC with SHA-256 and `sign`. */
export interface SigningKey {
  readonly type: string;
  readonly algorithm: { readonly name: string; readonly hash?: { readonly name: string } };
  readonly usages: readonly string[];
}

/** What a client signs with: a text counts as its UTF-8, bytes as they are. */
export type SigningSecret = string | Uint8Array | SigningKey;

/**
 * How this client proves who it is. A function is asked at every dial and whenever the credential is about to end, so
 * what is rotated is picked up by itself; when it fails, the client tries again later, except after an `AuthError`.
 */
export type Credentials =
  | { readonly type: 'apiKey'; readonly apiKey: string | (() => MaybePromise<string>) }
  | {
      readonly type: 'jwt';
      readonly token: string | ((why: { readonly reason: CredentialReason }) => MaybePromise<string>);
      /** How long before its end the session gets a newer token, but not before half of its life. 60,000 ms when not said. */
      readonly refreshBeforeMs?: number;
    }
  | { readonly type: 'hmac'; readonly clientId: string; readonly secret: SigningSecret }
  | { readonly type: 'ticket'; readonly ticket: () => MaybePromise<string> }
  | { readonly type: 'none' };

/** What is shown at a dial: the credential of the wire. */
export type PresentedCredential = Credential;

/** Signing, as the platform does it. */
export interface Signer {
  /** HMAC-SHA256 of the text's UTF-8 in base64url, without padding. */
  sign(secret: SigningSecret, text: string): MaybePromise<string>;
  /** 16 random bytes in base64url, without padding. */
  nonce(): string;
}

const isGiven = (value: unknown): boolean => typeof value === 'function';

function isSigningSecret(value: unknown): boolean {
  if (value instanceof Uint8Array) return value.length > 0;
  const { algorithm, usages } = (value ?? {}) as Partial<SigningKey>;
  const isKey = algorithm?.name === 'HMAC' && algorithm.hash?.name === 'SHA-256' && usages?.includes('sign');
  return isKey || !text(value);
}

const secret = rule('a secret, or a function that gives one', (value) => isGiven(value) || !text(value), true);

/** What each kind holds beside its type; all of it must be there, except a time. What is shown comes first. */
const KINDS: Readonly<Record<string, OptionRules<Record<string, unknown>>>> = {
  apiKey: { apiKey: secret },
  jwt: { token: secret, refreshBeforeMs: milliseconds(1_000) },
  hmac: {
    clientId: text,
    secret: rule('a secret, or a CryptoKey that signs HMAC with SHA-256', isSigningSecret, true),
  },
  ticket: { ticket: rule('a function that gives one', isGiven, true) },
  none: {},
};

export const credentialsRule: OptionRule = (value) => {
  const { type, ...given } = Object(value) as { readonly type: string };
  const rules = Object.hasOwn(KINDS, type) && KINDS[type];
  if (!rules) return `expected { type: '${Object.keys(KINDS).join("' | '")}', … }`;
  return objectOf(rules, ...Object.keys(rules).filter((name) => name !== 'refreshBeforeMs'))(given);
};

/** Whether a function may know a newer credential than the one that was shown. */
export function isRenewable(auth: Credentials): boolean {
  return Object.values(auth).some(isGiven);
}
