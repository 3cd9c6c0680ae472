import { isJsonObject, type JsonObject } from '@callsheet/protocol';

/** What a published key may be used with. */
export type PublishedAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

/** One key of a set. The same object as long as the issuer publishes the same key. */
export interface PublishedKey {
  readonly kid?: string;
  /** As the issuer wrote it, to see whether it is still the same. */
  readonly text: string;
  readonly jwk: JsonObject;
  /** The configured algorithms it fits. */
  readonly algorithms: readonly PublishedAlgorithm[];
}

const MAX_KEYS = 64;

/** Type of key and curve of each algorithm (RFC 7518 §6, RFC 8037 §2). */
const KINDS: Readonly<Record<PublishedAlgorithm, { readonly kty: string; readonly crv?: string }>> = {
  RS256: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
};

/**
 * Reads a JWK set (RFC 7517 §5). Keys that are not for signatures or fit no wanted algorithm are left out, as the RFC
 * asks; so is a second one of the same name, and anything secret: who publishes a secret has none.
 *
 * @throws Error when the text is no key set.
 */
export function readKeySet(text: string, wanted: readonly PublishedAlgorithm[]): readonly PublishedKey[] {
  const set: unknown = JSON.parse(text);
  if (!isJsonObject(set) || !Array.isArray(set.keys)) throw new Error('the answer is not a JWK set');
  const kids = new Set<unknown>();
  const keys: PublishedKey[] = [];
  for (const jwk of set.keys.slice(0, MAX_KEYS)) {
    if (!isJsonObject(jwk) || Object.hasOwn(jwk, 'd') || (jwk.use !== undefined && jwk.use !== 'sig')) continue;
    const algorithms = wanted.filter((alg) => fits(jwk, alg));
    const { kid } = jwk;
    if (algorithms.length === 0 || (typeof kid !== 'string' && kid !== undefined)) continue;
    if (kid !== undefined && kids.has(kid)) continue;
    kids.add(kid);
    keys.push({ ...(kid !== undefined && { kid }), text: JSON.stringify(jwk), jwk, algorithms });
  }
  return keys;
}

function fits(jwk: JsonObject, alg: PublishedAlgorithm): boolean {
  const { kty, crv } = KINDS[alg];
  return jwk.kty === kty && (crv === undefined || jwk.crv === crv) && (jwk.alg === undefined || jwk.alg === alg);
}
