import type { CredentialReason, Credentials, PresentedCredential, Signer } from './credentials.ts';
import { AuthError, ConnectionError, RpcClientError } from './errors.ts';
import { text } from './option-rules.ts';
import { type RequestToSign, signedText } from './signed-text.ts';

/** What the credential is for, and what making it needs of the outside. */
export interface PresentParts extends RequestToSign {
  readonly why: CredentialReason;
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
  readonly signer?: Signer | undefined;
}

/**
 * The credential to show now. Rejects with an AuthError where asking again cannot help, else with an RpcClientError that is
 * `retryable`: the one of the caller's own function, or a ConnectionError with its fault as the `cause`.
 */
export async function presentCredential(
  auth: Credentials,
  parts: PresentParts,
): Promise<PresentedCredential | undefined> {
  if (auth.type === 'hmac') return sign(auth, parts);
  const {
    type,
    refreshBeforeMs: _before,
    ...held
  } = auth as { readonly type: string; readonly refreshBeforeMs?: number };
  const [[name, source] = []] = Object.entries<unknown>(held);
  if (!name) return undefined;
  let cause: unknown;
  try {
    const value: unknown = typeof source === 'function' ? await source({ reason: parts.why }) : source;
    if (!text(value)) return { type, [name]: value } as unknown as PresentedCredential;
  } catch (error) {
    if (AuthError.is(error) || (RpcClientError.is(error) && error.retryable)) throw error;
    cause = error;
  }
  const sentence = `Cannot show a credential: the ${name} function ${cause ? 'failed' : 'gave no text'}`;
  throw new ConnectionError('CONNECT_FAILED', sentence, { cause, retryable: true });
}

async function sign(
  { type, clientId, secret }: Extract<Credentials, { type: 'hmac' }>,
  parts: PresentParts,
): Promise<PresentedCredential> {
  const { signer, wallClock } = parts;
  const timestamp = Math.floor(wallClock() / 1000);
  try {
    if (!signer) throw new TypeError('this platform brings no signer');
    const nonce = signer.nonce();
    const signature = await signer.sign(secret, signedText(parts, timestamp, nonce));
    return { type, clientId, timestamp, nonce, signature };
  } catch (cause) {
    if (RpcClientError.is(cause)) throw cause;
    throw new AuthError('AUTH', `Cannot sign: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
