import { createHmac, createSecretKey, generateKeyPairSync, hash, randomBytes, verify } from 'node:crypto';
import { TokenIssuer } from '../../server/src/auth/tokens/issuer.ts';
import type { TokenKey } from '../../server/src/auth/tokens/token-key.ts';
import { TokenKeys } from '../../server/src/auth/tokens/token-keys.ts';
import { TokenVerifier } from '../../server/src/auth/tokens/verifier.ts';
import { batchOf, type Contestant } from './measure.ts';

const TOKENS = 200;
const WHO = { issuer: 'https://gateway.example', audience: 'https://gateway.example/rpc' };

/** Tokens seen for the first time, and tokens seen before, signed with a shared secret and with RSA of 2048 bits. */
export function tokens(): readonly Contestant[] {
  const secret = createSecretKey(randomBytes(32));
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return [
    ...both({ kid: 'hs', alg: 'HS256', key: secret, use: 'sign' }, 20, {
      name: 'createHmac of the token',
      check: ({ text }) => createHmac('sha256', secret).update(text).digest(),
    }),
    ...both({ kid: 'rs', alg: 'RS256', key: privateKey, use: 'sign' }, 60, {
      name: 'crypto.verify',
      check: ({ text, signature }) => verify('sha256', text, publicKey, signature) || undefined,
    }),
  ];
}

interface Signed {
  readonly text: Buffer;
  readonly signature: Buffer;
}

interface BareCheck {
  readonly name: string;
  readonly check: (signed: Signed) => unknown;
}

function both(key: TokenKey, barMicros: number, bare: BareCheck): Contestant[] {
  const now = Date.now;
  const keys = new TokenKeys([key]);
  const isRole = (role: string): boolean => role === 'user';
  const rules = { ...WHO, ownIssuer: WHO.issuer, maxLifetimeSeconds: 900, toleranceSeconds: 5, isRole };
  const verifier = new TokenVerifier({ keys, rules, revocations: { covers: () => false }, now });
  const issuer = new TokenIssuer({ ...WHO, key, now });
  const texts = Array.from({ length: TOKENS }, (_, n) => issuer.issue({ sub: `user-${n}`, role: 'user' }).token);
  const signed = texts.map((token): Signed => {
    const dot = token.lastIndexOf('.');
    return { text: Buffer.from(token.slice(0, dot)), signature: Buffer.from(token.slice(dot + 1), 'base64url') };
  });
  const seen = new Map(texts.map((token) => [hash('sha256', token, 'base64'), token]));
  const identify = (token: string): unknown => verifier.identify(token);
  return [
    {
      name: `JWT ${key.alg}, new`,
      barMicros,
      prepare: () => {
        verifier.adoptKeys(keys);
        return batchOf(texts, identify);
      },
      floor: { name: bare.name, prepare: () => batchOf(signed, bare.check) },
    },
    {
      name: `JWT ${key.alg}, seen before`,
      barMicros,
      prepare: () => {
        for (const token of texts) verifier.identify(token);
        return batchOf(texts, identify, 10);
      },
      floor: {
        name: 'SHA-256 of the token, Map lookup',
        prepare: () => batchOf(texts, (token) => seen.get(hash('sha256', token, 'base64')), 10),
      },
    },
  ];
}
