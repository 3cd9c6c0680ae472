import { createPublicKey, type KeyObject } from 'node:crypto';

/** What jsonwebtoken verifies here. EdDSA it cannot; published keys go through jose and can. */
export type TokenAlgorithm = 'HS256' | 'RS256' | 'PS256' | 'ES256';

/** A key that is good for tokens. It comes from the configuration, never from a token. */
export interface TokenKey {
  /** Its name in the header of tokens. */
  readonly kid: string;
  /** The only algorithm it is used with. */
  readonly alg: TokenAlgorithm;
  /** HS256: the secret. Otherwise public to verify, private to sign. */
  readonly key: KeyObject;
  /** Whose it is: a key that signs also verifies what it signed. */
  readonly use: 'verify' | 'sign';
  /** Milliseconds since the epoch from which on nothing it signed is good; absent when it has no end. */
  readonly notAfter?: number;
  /** Who signs with it; this gateway when not said, and then it speaks for the gateway's own subjects. */
  readonly issuer?: string;
  /** For whom; the gateway's own audience when not said. */
  readonly audience?: string;
}

const MIN_SECRET_BYTES = 32;
const MIN_RSA_BITS = 2048;

/**
 * The same key, ready to verify with.
 *
 * @throws Error for a key that does not fit its algorithm, or is weaker than RFC 7518 §3.2, §3.3 and §3.4 ask.
 */
export function verificationKey({ kid, alg, key, use }: TokenKey): KeyObject {
  const refuse = (because: string): Error =>
    new Error(`Cannot use the token key "${kid}" for ${alg}: ${because}; put another key in its place`);
  if (alg === 'HS256') {
    if (key.type !== 'secret') throw refuse(`it is a ${key.type} key, and ${alg} takes a secret`);
    const bytes = key.symmetricKeySize ?? 0;
    if (bytes < MIN_SECRET_BYTES) throw refuse(`it has ${bytes} bytes, and ${MIN_SECRET_BYTES} are the least`);
    return key;
  }
  const wanted = use === 'sign' ? 'private' : 'public';
  if (key.type !== wanted) throw refuse(`it is a ${key.type} key, and to ${use} takes a ${wanted} one`);
  const { modulusLength = 0, namedCurve = 'none' } = key.asymmetricKeyDetails ?? {};
  const kind = key.asymmetricKeyType;
  if (alg === 'ES256') {
    if (kind !== 'ec') throw refuse(`it is of type ${kind}, and ${alg} takes an elliptic curve`);
    if (namedCurve !== 'prime256v1') throw refuse(`it is on the curve ${namedCurve}, and ${alg} takes P-256`);
  } else {
    if (kind !== 'rsa') throw refuse(`it is of type ${kind}, and ${alg} takes RSA`);
    if (modulusLength < MIN_RSA_BITS) throw refuse(`it has ${modulusLength} bits, and ${MIN_RSA_BITS} are the least`);
  }
  return use === 'sign' ? createPublicKey(key) : key;
}
