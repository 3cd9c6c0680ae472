import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { TokenKey } from '../../../src/auth/tokens/token-key.ts';

/** Keys of a small world: ours, and those of two others. Made once: RSA keys are slow to make. */
export const secret: KeyObject = createSecretKey(Buffer.alloc(32, 7));
export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
export const ed = generateKeyPairSync('ed25519');
export const rsaPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();

export const own: TokenKey = { kid: 'own', alg: 'HS256', key: secret, use: 'sign' };
export const partnerRsa: TokenKey = { kid: 'partner-rsa', alg: 'RS256', key: rsa.publicKey, use: 'verify' };
export const partnerPss: TokenKey = { kid: 'partner-pss', alg: 'PS256', key: rsa.publicKey, use: 'verify' };
export const partnerEc: TokenKey = { kid: 'partner-ec', alg: 'ES256', key: ec.publicKey, use: 'verify' };
