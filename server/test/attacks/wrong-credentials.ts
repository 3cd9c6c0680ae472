import { createSecretKey } from 'node:crypto';
import { makeApiKey } from '../../src/auth/api-key.ts';
import { base64url, forge, type Members } from '../auth/tokens/forge.ts';
import { rsa, rsaPem } from '../auth/tokens/keys-of-test.ts';
import { bearer, type Shown } from './doors.ts';
import { TOKEN_SECRET } from './target.ts';

const seconds = (): number => Math.floor(Date.now() / 1000);
const secret = createSecretKey(Buffer.from(TOKEN_SECRET));
const HEADER = { alg: 'HS256', typ: 'JWT' };

/** Claims with nothing wrong about them, unless changed. */
export function claims(changes: Members = {}): Members {
  const good = { iss: 'callsheet', aud: 'callsheet', sub: 'ada', jti: 'token-of-an-attack', role: 'user' };
  return { ...good, iat: seconds() - 10, exp: seconds() + 600, ...changes };
}

/** A token signed with the secret of the target, for claims that may be anything. */
export function tokenWith(changes: Members = {}, header: Members = {}): string {
  return forge({ ...HEADER, ...header }, claims(changes), secret);
}

/** Two parts that are good and a third that is made up. */
function unsigned(alg: string, signature: string): string {
  return `${base64url(JSON.stringify({ ...HEADER, alg }))}.${base64url(JSON.stringify(claims()))}.${signature}`;
}

/** The same bytes in another text: bits set behind the last byte. */
function nonCanonical(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + alphabet.charAt(alphabet.indexOf(token.slice(-1)) + 1);
}

/** The settings under which the confusions below could succeed: a key that only verifies. */
export const PARTNER = { pem: rsaPem, kid: 'partner-rsa' };

/** Keys that open nothing. */
export function wrongKeys(): Readonly<Record<string, string>> {
  const { text } = makeApiKey('live');
  return {
    'a well-formed key nobody made': text,
    'a key with a slip of the pen': `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`,
    'a key in other letters': text.toUpperCase(),
    'a key of another product': `sk-${text.slice(4)}`,
    'a key without its secret': text.slice(0, 17),
    'a word': 'password',
    'a wildcard': '*',
    'a piece of SQL': `'/**/OR/**/'1'='1`,
  };
}

/** Tokens that open nothing. */
export function wrongTokens(): Readonly<Record<string, string>> {
  const good = tokenWith();
  return {
    'the algorithm none': unsigned('none', ''),
    'the algorithm None with a signature': unsigned('None', 'AAAA'),
    'another algorithm of the family': tokenWith({}, { alg: 'HS512' }),
    'HS256 signed with the public RSA key': forge(
      { ...HEADER, kid: PARTNER.kid },
      claims(),
      createSecretKey(Buffer.from(PARTNER.pem)),
    ),
    'RS256 signed with a key it brings along': forge(
      { alg: 'RS256', typ: 'JWT', jwk: rsa.publicKey.export({ format: 'jwk' }) },
      claims(),
      rsa.privateKey,
    ),
    'a key from the internet': tokenWith({}, { jku: 'https://evil.example/keys.json' }),
    'a key that is a file': tokenWith({}, { kid: '../../../../dev/null' }),
    'another secret': forge(HEADER, claims(), createSecretKey(Buffer.alloc(32, 9))),
    'claims changed after signing': good.replace(
      /\.[^.]+\./,
      `.${base64url(JSON.stringify(claims({ role: 'admin' })))}.`,
    ),
    'an end in the past': tokenWith({ iat: seconds() - 900, exp: seconds() - 60 }),
    'no end': tokenWith({ exp: undefined }),
    'a beginning in the future': tokenWith({ iat: seconds() + 60 }),
    'a use not before later': tokenWith({ nbf: seconds() + 60 }),
    'a life of ten years': tokenWith({ exp: seconds() + 315_360_000 }),
    'another issuer': tokenWith({ iss: 'evil' }),
    'another audience': tokenWith({ aud: 'another-gateway' }),
    'a role nobody described': tokenWith({ role: 'root' }),
    'a role of every object': tokenWith({ role: 'constructor' }),
    'no subject': tokenWith({ sub: undefined }),
    'a critical extension': tokenWith({}, { crit: ['exp'] }),
    'more than 8 KiB': tokenWith({ pad: 'x'.repeat(8_192) }),
    'bits behind its last byte': nonCanonical(good),
    padding: `${good}=`,
  };
}

/** All of them, as they are shown. Tokens that are too long for a parameter can only be headers. */
export function everythingWrong(): Readonly<Record<string, Shown>> {
  return Object.fromEntries([
    ...Object.entries(wrongKeys()).map(([name, text]): [string, Shown] => [name, bearer(text, 'apiKey')]),
    ...Object.entries(wrongTokens()).map(([name, text]): [string, Shown] => {
      const shown = bearer(text, 'jwt');
      return [`a token with ${name}`, text.length > 8_192 ? { headers: shown.headers } : shown];
    }),
  ]);
}
