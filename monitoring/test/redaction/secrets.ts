import fc from 'fast-check';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const HEX = '0123456789abcdef';

function chars(alphabet: string, minLength: number, maxLength = minLength): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });
}

const base62 = (min: number, max = min): fc.Arbitrary<string> => chars(BASE62, min, max);
const base64url = (min: number, max = min): fc.Arbitrary<string> => chars(`${BASE62}-_`, min, max);

export const apiKey = fc
  .tuple(fc.constantFrom('live', 'test'), base62(8), base62(49))
  .map((parts) => `csk_${parts.join('_')}`);

export const jsonWebToken = fc
  .tuple(fc.jsonValue(), base64url(43))
  .map(([sub, signature]) => `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ sub, exp: 1 })}.${signature}`);

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Secrets that their own shape gives away. */
export const shapedSecret = fc.oneof(
  apiKey,
  jsonWebToken,
  fc.tuple(fc.constantFrom('tkt_', 'rsm_', 'rft_'), base64url(20, 60)).map((parts) => parts.join('')),
  fc.tuple(fc.constantFrom('sk-', 'sk-ant-api03-', 'sk-proj-'), base64url(24, 90)).map((parts) => parts.join('')),
  chars(HEX, 48).map((digits) => `sk_${digits}`),
  base64url(35).map((rest) => `AIza${rest}`),
  base62(36).map((rest) => `ghp_${rest}`),
  chars(BASE62.slice(0, 36), 16).map((rest) => `AKIA${rest}`),
);

/** Something a configuration may hold, with every awkward character. */
export const knownSecret = fc
  .oneof(fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme' }), fc.string({ minLength: 8, maxLength: 40 }))
  // A secret of one character repeated stands in any text, and so does one made of the mark itself.
  .filter((secret) => secret.length >= 8 && new Set(secret).size >= 5 && !'[REDACTED]'.includes(secret));

/** Words around a secret, which must not make part of it. */
export const prose = fc
  .array(fc.constantFrom('the', 'cat', 'on', 'a', 'moon,', 'said:', '(so', 'it is)', 'Ärger', '\n', '🐈'), {
    maxLength: 12,
  })
  .map((words) => words.join(' '));
