import type { Credential } from '@callsheet/protocol';
import { AuthError, ConnectionError, RpcClientError } from './errors.ts';
import { milliseconds, type OptionRule, objectOf, rule, text } from './option-rules.ts';
import { type RequestToSign, signedText } from './signed-text.ts';

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

/** What the credential is for, and what making it needs of the outside. */
export interface PresentParts extends RequestToSign {
  readonly why: CredentialReason;
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
  readonly signer?: Signer | undefined;
}

const isText = (value: unknown): boolean => text(value) === undefined;
const isFunction = (value: unknown): boolean => typeof value === 'function';

function isSigningSecret(value: unknown): boolean {
  if (value instanceof Uint8Array) return value.length > 0;
  const { algorithm, usages } = (value ?? {}) as Partial<SigningKey>;
  return (
    isText(value) || (algorithm?.name === 'HMAC' && algorithm.hash?.name === 'SHA-256' && !!usages?.includes('sign'))
  );
}

const secret = rule('a secret, or a function that gives one', (value) => isText(value) || isFunction(value), true);

/** What each kind holds beside its type; all of it must be there, except a time. */
const KINDS: Readonly<Record<string, Readonly<Record<string, OptionRule>>>> = {
  apiKey: { apiKey: secret },
  jwt: { token: secret, refreshBeforeMs: milliseconds(1_000) },
  hmac: {
    clientId: text,
    secret: rule('a secret, or a CryptoKey that signs HMAC with SHA-256', isSigningSecret, true),
  },
  ticket: { ticket: rule('a function that gives one', isFunction, true) },
  none: {},
};

export const credentialsRule: OptionRule = (value) => {
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  const kinds = Object.keys(KINDS);
  const rules = KINDS[kinds.find((kind) => kind === given.type) ?? ''];
  if (rules === undefined) return `expected { type: '${kinds.join("' | '")}', … }`;
  for (const name in rules) {
    if (given[name] === undefined && name !== 'refreshBeforeMs') return `option "${name}": ${rules[name]?.(undefined)}`;
  }
  return objectOf<Record<string, unknown>>({ type: () => undefined, ...rules })(given);
};

/** How long before its end a credential is replaced, in milliseconds; undefined for one that is always the same. */
export function refreshBeforeMs(credentials: Credentials): number | undefined {
  const { type } = credentials;
  const isFixed =
    type === 'none' ||
    (type === 'apiKey' && typeof credentials.apiKey === 'string') ||
    (type === 'jwt' && typeof credentials.token === 'string');
  return isFixed ? undefined : (type === 'jwt' && credentials.refreshBeforeMs) || 60_000;
}

/**
 * The credential to show now. Rejects with an AuthError where asking again cannot help, else with an RpcClientError that is
 * `retryable`: the one of the caller's own function, or a ConnectionError with its fault as the `cause`.
 */
export async function presentCredential(
  credentials: Credentials,
  parts: PresentParts,
): Promise<PresentedCredential | undefined> {
  switch (credentials.type) {
    case 'none':
      return undefined;
    case 'apiKey':
      return { type: 'apiKey', apiKey: await given('apiKey', credentials.apiKey, parts) };
    case 'jwt':
      return { type: 'jwt', token: await given('token', credentials.token, parts) };
    case 'ticket':
      return { type: 'ticket', ticket: await given('ticket', credentials.ticket, parts) };
    case 'hmac':
      return sign(credentials, parts);
  }
}

async function given(
  name: string,
  source: string | ((why: { readonly reason: CredentialReason }) => MaybePromise<string>),
  { why }: PresentParts,
): Promise<string> {
  if (typeof source === 'string') return source;
  let cause: unknown;
  try {
    const value: unknown = await source({ reason: why });
    if (typeof value === 'string' && value !== '') return value;
  } catch (error) {
    if (AuthError.is(error) || (RpcClientError.is(error) && error.retryable)) throw error;
    cause = error;
  }
  const fault = cause === undefined ? 'gave no text' : 'failed';
  const sentence = `Cannot show a credential: the ${name} function ${fault}`;
  throw new ConnectionError('CONNECT_FAILED', sentence, { cause, retryable: true });
}

async function sign(
  { clientId, secret }: Extract<Credentials, { type: 'hmac' }>,
  parts: PresentParts,
): Promise<PresentedCredential> {
  const { signer, wallClock } = parts;
  const timestamp = Math.floor(wallClock() / 1000);
  try {
    if (signer === undefined) throw new TypeError('this platform brings no signer');
    const nonce = signer.nonce();
    const signature = await signer.sign(secret, signedText(parts, timestamp, nonce));
    return { type: 'hmac', clientId, timestamp, nonce, signature };
  } catch (cause) {
    if (RpcClientError.is(cause)) throw cause;
    throw new AuthError('AUTH', `Cannot sign: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
