import {
  type CredentialReason,
  type Credentials,
  credentialsOf,
  GIVEN_KINDS,
  givenCredential,
  type PresentedCredential,
  type Signer,
  type SigningKey,
} from './credentials.ts';
import { AuthError, RpcClientError } from './errors.ts';
import { type OptionRule, rule, text } from './option-rules.ts';
import { type RequestToSign, signedText } from './signed-text.ts';

/** What the credential is for, and what making it needs of the outside. */
export interface PresentParts extends RequestToSign {
  readonly why: CredentialReason;
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
  readonly signer?: Signer | undefined;
}

function isSigningSecret(value: unknown): boolean {
  if (value instanceof Uint8Array) return value.length > 0;
  const { algorithm, usages } = (value ?? {}) as Partial<SigningKey>;
  const isKey = algorithm?.name === 'HMAC' && algorithm.hash?.name === 'SHA-256' && usages?.includes('sign');
  return isKey === true || text(value) === undefined;
}

/** Of all kinds there are. */
export const credentialsRule: OptionRule = /* @__PURE__ */ credentialsOf({
  ...GIVEN_KINDS,
  hmac: {
    clientId: text,
    secret: rule('a secret, or a CryptoKey that signs HMAC with SHA-256', isSigningSecret, true),
  },
});

/** The credential to show now, as `givenCredential` makes it, or signed: an AuthError where that cannot be done. */
export async function presentCredential(
  auth: Credentials,
  parts: PresentParts,
): Promise<PresentedCredential | undefined> {
  if (auth.type !== 'hmac') return givenCredential(auth, parts.why);
  const { signer, wallClock } = parts;
  const { clientId, secret } = auth;
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
