import type { Credential } from '@callsheet/protocol';
import { AuthError, ConnectionError, RpcClientError } from './errors.ts';
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

/** What each kind holds beside its type. What is shown comes first. */
export type CredentialKinds = Readonly<Record<string, OptionRules<Record<string, unknown>>>>;

const isGiven = (value: unknown): boolean => typeof value === 'function';

const secret = /* @__PURE__ */ rule(
  'a secret, or a function that gives one',
  (value) => isGiven(value) || !text(value),
  true,
);

/** The kinds that are shown as they are. */
export const GIVEN_KINDS: CredentialKinds = {
  apiKey: { apiKey: secret },
  jwt: { token: secret, refreshBeforeMs: /* @__PURE__ */ milliseconds(1_000) },
  ticket: { ticket: /* @__PURE__ */ rule('a function that gives one', isGiven, true) },
  none: {},
};

/** The rule for credentials of these kinds: all members must be there, except a time. */
export function credentialsOf(kinds: CredentialKinds): OptionRule {
  return (value) => {
    const { type, ...given } = Object(value) as { readonly type: string };
    const rules = Object.hasOwn(kinds, type) && kinds[type];
    if (!rules) return `expected { type: '${Object.keys(kinds).join("' | '")}', … }`;
    return objectOf(rules, ...Object.keys(rules).filter((name) => name !== 'refreshBeforeMs'))(given);
  };
}

/** Whether a function may know a newer credential than the one that was shown. */
export function isRenewable(auth: Credentials): boolean {
  return Object.values(auth).some(isGiven);
}

/**
 * The credential to show now, as it was given. Rejects with an AuthError where asking again cannot help, else with an
 * RpcClientError that is `retryable`: the one of the caller's own function, or a ConnectionError with its fault as the `cause`.
 */
export async function givenCredential(
  auth: Credentials,
  why: CredentialReason,
): Promise<PresentedCredential | undefined> {
  const { type } = auth;
  const [name] = Object.keys(GIVEN_KINDS[type] ?? {});
  if (!name) return undefined;
  let value = auth[name as never] as unknown;
  let cause: unknown;
  try {
    if (typeof value === 'function') value = await value({ reason: why });
    if (!text(value)) return { type, [name]: value } as unknown as PresentedCredential;
  } catch (error) {
    if (AuthError.is(error) || (RpcClientError.is(error) && error.retryable)) throw error;
    cause = error;
  }
  const sentence = `Cannot show a credential: the ${name} function ${cause ? 'failed' : 'gave no text'}`;
  throw new ConnectionError('CONNECT_FAILED', sentence, { cause, retryable: true });
}
