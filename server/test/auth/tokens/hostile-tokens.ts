import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { base64url, forge, goodClaims, type Members, NOW } from './forge.ts';
import { ec, rsa, rsaPem, secret } from './keys-of-test.ts';

const header = { alg: 'HS256', typ: 'JWT', kid: 'own' };
const good = forge(header, goodClaims, secret);
const [head = '', body = '', mark = ''] = good.split('.');
const withHeader = (more: Members): string => forge({ ...header, ...more }, goodClaims, secret);
const withClaims = (more: Members): string => forge(header, { ...goodClaims, ...more }, secret);
const without = (claim: string): string =>
  forge(header, Object.fromEntries(Object.entries(goodClaims).filter(([name]) => name !== claim)), secret);
const unsigned = (alg: string): string => `${base64url(JSON.stringify({ ...header, alg }))}.${body}.`;

/** The same bytes, written with bits set behind the last one. */
function nonCanonical(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(part.slice(-1));
  return part.slice(0, -1) + alphabet.charAt(last + 1);
}

/** Padding that changes the length to 2 or 3 beyond a multiple of 4, so that there are bits to set. */
const oddClaims = ['', 'x', 'xx'].map((pad) => base64url(JSON.stringify({ ...goodClaims, pad })));
const oddBody = oddClaims.find((text) => text.length % 4 !== 0) ?? '';

function signedAs(first: string, second: string): string {
  const signature = forge(
    Buffer.from(first, 'base64url').toString(),
    Buffer.from(second, 'base64url').toString(),
    secret,
  );
  return signature.split('.')[2] ?? '';
}

export { good };

/** What is wrong → the token, and the reason the log shall have. */
export const HOSTILE: Readonly<Record<string, readonly [token: string, reason: string]>> = {
  'nothing at all': ['', 'not three parts of canonical base64url'],
  'two parts': [`${head}.${body}`, 'not three parts of canonical base64url'],
  'four parts': [`${good}.`, 'not three parts of canonical base64url'],
  'five parts, as of an encrypted token': [`${good}.a.b`, 'not three parts of canonical base64url'],
  'an empty signature': [`${head}.${body}.`, 'not three parts of canonical base64url'],
  'a missing header': [`.${body}.${mark}`, 'not three parts of canonical base64url'],
  padding: [`${good}=`, 'not three parts of canonical base64url'],
  'padding inside': [`${head}.${oddBody}=.${signedAs(head, oddBody)}`, 'not three parts of canonical base64url'],
  'a space in front': [` ${good}`, 'not three parts of canonical base64url'],
  'a line end': [`${good}\n`, 'not three parts of canonical base64url'],
  'a space inside': [`${head}.${body} .${mark}`, 'not three parts of canonical base64url'],
  'the other base64 alphabet': [`${head}.${body}.${mark.slice(0, -2)}+/`, 'not three parts of canonical base64url'],
  'bits behind the end of the signature': [
    `${head}.${body}.${nonCanonical(mark)}`,
    'not three parts of canonical base64url',
  ],
  'bits behind the end of the claims': [
    `${head}.${nonCanonical(oddBody)}.${signedAs(head, oddBody)}`,
    'not three parts of canonical base64url',
  ],
  'a length no bytes have': [`${head}.${body}.${mark.slice(0, 41)}`, 'not three parts of canonical base64url'],
  'letters that look alike': [good.replace('e', 'е'), 'not three parts of canonical base64url'],
  'half a surrogate': [`${good}\ud800`, 'not three parts of canonical base64url'],
  'more than 8,192 characters': [withClaims({ pad: 'x'.repeat(8192) }), 'too long'],
  'a megabyte': ['a'.repeat(1_048_576), 'too long'],

  'a header that is no JSON': [`${base64url('{"alg":')}.${body}.${mark}`, 'unreadable header'],
  'a header that is a list': [`${base64url('["HS256"]')}.${body}.${mark}`, 'unreadable header'],
  'a header that is null': [`${base64url('null')}.${body}.${mark}`, 'unreadable header'],
  'no type': [forge({ alg: 'HS256', kid: 'own' }, goodClaims, secret), 'wrong type'],
  'another type': [withHeader({ typ: 'JWE' }), 'wrong type'],
  'a type that is a list': [withHeader({ typ: ['JWT'] }), 'wrong type'],
  'a key set it brings': [withHeader({ jku: 'https://evil.example/keys' }), 'header asks for something not understood'],
  'a certificate it brings': [
    withHeader({ x5u: 'https://evil.example/c' }),
    'header asks for something not understood',
  ],
  'a certificate chain': [withHeader({ x5c: ['MII'] }), 'header asks for something not understood'],
  'a key it brings': [
    forge({ ...header, jwk: rsa.publicKey.export({ format: 'jwk' }) }, goodClaims, rsa.privateKey),
    'header asks for something not understood',
  ],
  'a critical extension': [withHeader({ crit: ['exp'] }), 'header asks for something not understood'],
  'an empty list of critical extensions': [withHeader({ crit: [] }), 'header asks for something not understood'],
  'unencoded claims': [withHeader({ b64: false }), 'header asks for something not understood'],

  'no algorithm': [forge({ typ: 'JWT', kid: 'own' }, goodClaims, secret), 'wrong algorithm'],
  'the algorithm none': [unsigned('none'), 'not three parts of canonical base64url'],
  'none with a signature': [withHeader({ alg: 'none' }), 'wrong algorithm'],
  None: [withHeader({ alg: 'None' }), 'wrong algorithm'],
  NONE: [withHeader({ alg: 'NONE' }), 'wrong algorithm'],
  nOnE: [withHeader({ alg: 'nOnE' }), 'wrong algorithm'],
  'none without a key name': [forge({ alg: 'none', typ: 'JWT' }, goodClaims, secret), 'unknown key'],
  'an empty algorithm': [withHeader({ alg: '' }), 'wrong algorithm'],
  'an algorithm that is a list': [withHeader({ alg: ['HS256'] }), 'wrong algorithm'],
  'another of the same family': [withHeader({ alg: 'HS512' }), 'wrong algorithm'],
  'HS256 under an RSA key, signed with the public PEM': [
    forge({ alg: 'HS256', typ: 'JWT', kid: 'partner-rsa' }, goodClaims, createSecretKey(Buffer.from(rsaPem))),
    'wrong algorithm',
  ],
  'HS256 without a key name, signed with the public PEM': [
    forge({ alg: 'HS256', typ: 'JWT' }, goodClaims, createSecretKey(Buffer.from(rsaPem))),
    'wrong signature',
  ],
  'HS256 under a curve key, signed with its bytes': [
    forge(
      { alg: 'HS256', typ: 'JWT', kid: 'partner-ec' },
      goodClaims,
      createSecretKey(ec.publicKey.export({ type: 'spki', format: 'der' })),
    ),
    'wrong algorithm',
  ],
  'RS256 under a PS256 key': [
    forge({ alg: 'RS256', typ: 'JWT', kid: 'partner-pss' }, goodClaims, rsa.privateKey),
    'wrong algorithm',
  ],
  'a curve key with the signature in DER': [derSigned(), 'wrong signature'],
  'a curve key with a signature of zeros': [
    `${base64url(JSON.stringify({ alg: 'ES256', typ: 'JWT', kid: 'partner-ec' }))}.${body}.${base64url(new Uint8Array(64))}`,
    'wrong signature',
  ],
  'RS256 of another key': [
    forge(
      { alg: 'RS256', typ: 'JWT', kid: 'partner-rsa' },
      goodClaims,
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    ),
    'wrong signature',
  ],
  'another secret': [forge(header, goodClaims, createSecretKey(Buffer.alloc(32, 8))), 'wrong signature'],
  'an empty secret': [forge(header, goodClaims, ''), 'wrong signature'],
  'the claims of another token': [
    `${head}.${base64url(JSON.stringify({ ...goodClaims, role: 'admin' }))}.${mark}`,
    'wrong signature',
  ],
  'a shortened signature': [`${head}.${body}.${mark.slice(0, 40)}`, 'wrong signature'],

  'a key nobody knows': [withHeader({ kid: 'nobody' }), 'unknown key'],
  'a key called __proto__': [withHeader({ kid: '__proto__' }), 'unknown key'],
  'a key called constructor': [withHeader({ kid: 'constructor' }), 'unknown key'],
  'a key that is a path': [withHeader({ kid: '../../etc/passwd' }), 'unknown key'],
  'a key that is a device': [forge({ ...header, kid: '/dev/null' }, goodClaims, ''), 'unknown key'],
  'a key that is SQL': [withHeader({ kid: "own' OR '1'='1" }), 'unknown key'],
  'a key that is an object': [withHeader({ kid: { toString: 'own' } }), 'unknown key'],
  'a key that is a number': [withHeader({ kid: 1 }), 'unknown key'],
  'a key that is null': [withHeader({ kid: null }), 'unknown key'],
  'a very long key name': [withHeader({ kid: 'own'.repeat(100) }), 'unknown key'],
  'no key name where two keys fit': [forge({ alg: 'RS256', typ: 'JWT' }, goodClaims, rsa.privateKey), 'unknown key'],

  'claims that are a list': [forge(header, '[1]', secret), 'claim missing or of the wrong kind'],
  'claims that are a text': [forge(header, '"ada"', secret), 'claim missing or of the wrong kind'],
  'claims that are no JSON': [forge(header, '{"sub"', secret), 'wrong signature'],
  'claims nested 1,900 deep': [
    forge(header, '['.repeat(1900) + ']'.repeat(1900), secret),
    'claim missing or of the wrong kind',
  ],
  'no issuer': [without('iss'), 'wrong issuer'],
  'no audience': [without('aud'), 'claim missing or of the wrong kind'],
  'no end': [without('exp'), 'claim missing or of the wrong kind'],
  'no beginning': [without('iat'), 'claim missing or of the wrong kind'],
  'no subject': [without('sub'), 'claim missing or of the wrong kind'],
  'no id': [without('jti'), 'claim missing or of the wrong kind'],
  'no role': [without('role'), 'claim missing or of the wrong kind'],
  'another issuer': [withClaims({ iss: 'callsheet.evil' }), 'wrong issuer'],
  'an issuer in other letters': [withClaims({ iss: 'Callsheet' }), 'wrong issuer'],
  'an issuer that is a list': [withClaims({ iss: ['callsheet'] }), 'wrong issuer'],
  'another audience': [withClaims({ aud: 'https://other.example' }), 'wrong audience'],
  'no audience of many': [withClaims({ aud: [] }), 'wrong audience'],
  'an audience that only begins like ours': [withClaims({ aud: 'callsheet.evil' }), 'wrong audience'],
  'an audience that is an object': [withClaims({ aud: { callsheet: true } }), 'claim missing or of the wrong kind'],
  'an audience among odd things': [withClaims({ aud: ['callsheet', 1] }), 'claim missing or of the wrong kind'],
  'an end long ago': [withClaims({ iat: NOW - 7200, exp: NOW - 3600 }), 'expired'],
  'an end just beyond the tolerance': [withClaims({ iat: NOW - 900, exp: NOW - 5 }), 'expired'],
  'an end written as text': [withClaims({ exp: String(NOW + 890) }), 'claim missing or of the wrong kind'],
  'no end ever': [
    forge(header, JSON.stringify(goodClaims).replace(`${NOW + 890}`, '1e999'), secret),
    'claim missing or of the wrong kind',
  ],
  'an end that is null': [withClaims({ exp: null }), 'claim missing or of the wrong kind'],
  'a beginning in the future': [withClaims({ iat: NOW + 6, exp: NOW + 890 }), 'issued in the future'],
  'a beginning that is a truth value': [withClaims({ iat: true }), 'claim missing or of the wrong kind'],
  'a use not before later': [withClaims({ nbf: NOW + 6 }), 'not yet good'],
  'a use not before no time': [withClaims({ nbf: 'soon' }), 'claim missing or of the wrong kind'],
  'a life too long': [withClaims({ iat: NOW - 10, exp: NOW - 10 + 86_401 }), 'lives too long'],
  'a life begun in the year 0': [withClaims({ iat: -62_135_596_800 }), 'lives too long'],
  'a role nobody described': [withClaims({ role: 'root' }), 'unknown role'],
  'a role of every object': [withClaims({ role: 'constructor' }), 'unknown role'],
  'a role that is a list': [withClaims({ role: ['admin'] }), 'claim missing or of the wrong kind'],
  'an empty subject': [withClaims({ sub: '' }), 'claim missing or of the wrong kind'],
  'a subject that is a number': [withClaims({ sub: 1 }), 'claim missing or of the wrong kind'],
  'a subject that writes its own log lines': [
    withClaims({ sub: 'ada\nadmin logged in' }),
    'claim missing or of the wrong kind',
  ],
  'a subject without end': [withClaims({ sub: 'a'.repeat(256) }), 'claim missing or of the wrong kind'],
  'an id that is an object': [withClaims({ jti: {} }), 'claim missing or of the wrong kind'],
  'an empty scope': [withClaims({ scope: '' }), 'unreadable scope'],
  'a scope of spaces': [withClaims({ scope: '  ' }), 'unreadable scope'],
  'a scope with two spaces': [withClaims({ scope: 'tools:read  tools:call' }), 'unreadable scope'],
  'a scope that is a list': [withClaims({ scope: ['tools:read'] }), 'unreadable scope'],
  'a scope that is null': [withClaims({ scope: null }), 'unreadable scope'],
  'more scopes than anybody needs': [
    withClaims({ scope: Array.from({ length: 129 }, (_, i) => i).join(' ') }),
    'unreadable scope',
  ],
  'a scope under the name other issuers use': [withClaims({ scp: 'tools:read' }), 'unreadable scope'],
};

function derSigned(): string {
  const token = forge({ alg: 'RS256', typ: 'JWT', kid: 'partner-ec' }, goodClaims, ec.privateKey);
  // Signed like RSA, which for a curve means DER; then the header is exchanged for one that is let through.
  const es256 = base64url(JSON.stringify({ alg: 'ES256', typ: 'JWT', kid: 'partner-ec' }));
  return [es256, ...token.split('.').slice(1)].join('.');
}
