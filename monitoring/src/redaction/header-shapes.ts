import { type Finder, findMatches } from './ranges.ts';

export const BEARER = /bearer[ \t]{1,8}([\w.~+/=:-]{8,})/gi;
export const BASIC = /basic[ \t]{1,8}([\w+/=-]{4,})/gi;
export const API_KEY_LINE =
  /(?:x|xi|goog|anthropic)-api-key["'\\]{0,3}[ \t]{0,4}[:=][ \t]{0,4}["'\\]{0,3}([\w.~+/=-]{8,})/gi;
export const SIGNED_LINE = /CALLSHEET-HMAC-SHA256[ \t]+[^\r\n"\\]*/g;
export const SIGNED_MEMBER = /(?:sig|nonce)[ \t]{0,4}=[ \t]{0,4}([\w+/=-]+)/g;

/** «bearer certificates» and «x-api-key: required» are English. */
const PROSE = /^[A-Za-z][a-z]{0,15}(?:-[a-z]{1,15})?[.:]?$/;
const CONTROL = /[^\x20-\x7e\x80-\uffff]/;

/** Credentials of an `Authorization: Bearer` header (RFC 6750 §2.1), with or without the name of the header. */
export const findBearer: Finder = (text, found) => findMatches(BEARER, text, found, (token) => !PROSE.test(token));

/** User and password of `Authorization: Basic` (RFC 7617): base64 with a colon in it, which English words do not give. */
export const findBasic: Finder = (text, found) =>
  findMatches(BASIC, text, found, (token) => {
    const plain = Buffer.from(token, 'base64').toString('latin1');
    return plain.includes(':') && !CONTROL.test(plain);
  });

/** Keys of providers have no shape of their own when they are plain hexadecimal; the header in front of them has one. */
export const findApiKeyLines: Finder = (text, found) =>
  findMatches(API_KEY_LINE, text, found, (token) => !PROSE.test(token));

/** Signature and nonce of our own HMAC scheme; who signed and when stays readable. */
export const findSignedLines: Finder = (text, found) => {
  for (const line of text.matchAll(SIGNED_LINE)) {
    findMatches(SIGNED_MEMBER, line[0], (start, end) => found(line.index + start, line.index + end));
  }
};
