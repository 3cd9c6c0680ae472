import { constants, createHmac, type KeyObject, sign } from 'node:crypto';
import type { Revocations } from '../../../src/auth/tokens/revocations.ts';
import { FakeClock } from '../../fake-clock.ts';

export type Members = Readonly<Record<string, unknown>>;

export const clock = (): FakeClock => new FakeClock(Date.UTC(2026, 10, 21, 8));
/** The second the fake clock stands at. */
export const NOW = Date.UTC(2026, 10, 21, 8) / 1000;

export const rules = {
  issuer: 'callsheet',
  ownIssuer: 'callsheet',
  audience: 'callsheet',
  maxLifetimeSeconds: 86_400,
  toleranceSeconds: 5,
  isRole: (role: string): boolean => role === 'user' || role === 'admin',
};

export const nothingRevoked: Pick<Revocations, 'covers'> = { covers: () => false };

/** Claims with nothing wrong about them. */
export const goodClaims: Members = {
  ...{ iss: 'callsheet', aud: 'callsheet', sub: 'ada', jti: 'token-1', role: 'user' },
  ...{ iat: NOW - 10, exp: NOW + 890 },
};

export function base64url(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64url');
}

/** Signs whatever it is given, without a library that might refuse. */
export function forge(header: Members | string, claims: Members | string, key: KeyObject | string): string {
  const text = (value: Members | string): string => (typeof value === 'string' ? value : JSON.stringify(value));
  const signed = `${base64url(text(header))}.${base64url(text(claims))}`;
  const alg = typeof header === 'string' ? 'HS256' : String(header.alg);
  return `${signed}.${base64url(signature(alg, signed, key))}`;
}

function signature(alg: string, text: string, key: KeyObject | string): Uint8Array {
  if (typeof key === 'string' || key.type === 'secret') return createHmac('sha256', key).update(text).digest();
  const bytes = Buffer.from(text);
  if (alg === 'EdDSA') return sign(null, bytes, key);
  if (alg === 'ES256') return sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
  if (alg === 'PS256') return sign('sha256', bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
  return sign('sha256', bytes, key);
}
