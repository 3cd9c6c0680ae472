import type { Credential } from '@callsheet/protocol';
import { AuthError, ConnectionError, RpcClientError } from './errors.ts';
import { milliseconds, type OptionRule, objectOf, text } from './option-rules.ts';
import { type RequestToSign, signedText } from './signed-text.ts';

export type MaybePromise<T> = T | Promise<T>;

/** Why a credential is wanted: to dial, because the one of the session ends soon, or because the last one was refused. */
export type CredentialReason = 'connect' | 'expiring' | 'rejected';

/** A key of WebCrypto (`CryptoKey`), as far as the engine looks at it: made for HMAC with SHA-256 and `sign`. */
export interface SigningKey {
  readonly type: string;
  readonly algorithm: { readonly name: string };
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
      /** How long before its end the session gets a newer token. 60,000 ms when not said. */
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

type Rules = { readonly [K in Credentials['type']]: OptionRule };

const anything: OptionRule = () => undefined;

/** Never quotes the value: an error sentence ends up in logs. */
const secretText = (what: string, rule: (value: unknown) => boolean): OptionRule => {
  return (value) => (rule(value) ? undefined : `expected ${what}`);
};

const isText = (value: unknown): boolean => text(value) === undefined;
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isTextOrFunction = (value: unknown): boolean => isText(value) || isFunction(value);
const isSecret = (value: unknown): boolean =>
  isText(value) ||
  (value instanceof Uint8Array && value.length > 0) ||
  (typeof value === 'object' && Array.isArray((value as SigningKey | null)?.usages));

const RULES: Rules = {
  apiKey: objectOf({
    type: anything,
    apiKey: secretText('a key that is not empty, or a function that gives one', isTextOrFunction),
  }),
  jwt: objectOf({
    type: anything,
    token: secretText('a token that is not empty, or a function that gives one', isTextOrFunction),
    refreshBeforeMs: milliseconds(0),
  }),
  hmac: objectOf({
    type: anything,
    clientId: text,
    secret: secretText('a text or bytes that are not empty, or a CryptoKey', isSecret),
  }),
  ticket: objectOf({ type: anything, ticket: secretText('a function that gives a ticket', isFunction) }),
  none: objectOf({ type: anything }),
};

export const credentialsRule: OptionRule = (value) => {
  const type: unknown = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  const rule = typeof type === 'string' && Object.hasOwn(RULES, type) ? RULES[type as Credentials['type']] : undefined;
  return rule === undefined ? `expected { type: '${Object.keys(RULES).join("' | '")}', … }` : rule(value);
};

/** How long before its end a credential is replaced, in milliseconds; undefined for one that is always the same. */
export function refreshBeforeMs(credentials: Credentials): number | undefined {
  switch (credentials.type) {
    case 'none':
      return undefined;
    case 'jwt':
      if (typeof credentials.token !== 'function') return undefined;
      return credentials.refreshBeforeMs ?? REFRESH_BEFORE_MS;
    case 'apiKey':
      return typeof credentials.apiKey === 'function' ? REFRESH_BEFORE_MS : undefined;
    default:
      return REFRESH_BEFORE_MS;
  }
}

const REFRESH_BEFORE_MS = 60_000;

/**
 * The credential to show now. Rejects with an AuthError where asking again cannot help, else with a ConnectionError that is
 * `retryable`; the fault of the caller's own function is the `cause`.
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
  let value: unknown;
  let cause: unknown;
  let fault = 'failed';
  try {
    value = await source({ reason: why });
    if (typeof value === 'string' && value !== '') return value;
    fault = `gave no text but ${value === '' ? 'an empty one' : typeof value}`;
  } catch (error) {
    if (AuthError.is(error)) throw error;
    cause = error;
  }
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
