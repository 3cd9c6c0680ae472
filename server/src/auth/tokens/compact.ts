import { isJsonObject } from '@callsheet/protocol';
import { ownMember } from './own-member.ts';
import { TokenRefused } from './refused.ts';

/** Longest token that is looked at, in characters. */
export const MAX_TOKEN_LENGTH = 8192;
const MAX_KID_LENGTH = 128;

/**
 * One part of a compact serialisation (RFC 7515 §3.1): base64url without padding, and with zeros in the bits behind the
 * last byte. Without the second rule several texts mean the same bytes, and libraries accept them all.
 */
const PART = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$/;

/** RFC 7519 §5.1 and RFC 9068 §2.1; media types are compared without case, RFC 2045 §5.1. */
const TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/**
 * Members that would let the token choose its own key, or that change what the signature means. `crit` lists members a
 * verifier must understand (RFC 7515 §4.1.11), and none is understood here.
 */
const NOT_UNDERSTOOD = ['jku', 'x5u', 'jwk', 'x5c', 'crit', 'b64'];

/** What the header of a token says about its key. Nothing of it is proved yet. */
export interface TokenHeader {
  readonly alg: string;
  readonly kid?: string;
}

/**
 * Reads the outside of a token, before any library sees it. A member given twice counts as it does for JSON.parse, the
 * last one, which RFC 7519 §4 allows; jsonwebtoken and jose parse the same bytes in the same way.
 *
 * @throws TokenRefused
 */
export function readHeader(token: string): TokenHeader {
  if (token.length > MAX_TOKEN_LENGTH) throw new TokenRefused('too long');
  // One part more than allowed is enough to know.
  const parts = token.split('.', 4);
  if (parts.length !== 3 || !parts.every((part) => part.length > 0 && PART.test(part))) {
    throw new TokenRefused('not three parts of canonical base64url');
  }
  const header = parsed(parts[0] ?? '');
  if (!isJsonObject(header)) throw new TokenRefused('unreadable header');
  if (NOT_UNDERSTOOD.some((name) => Object.hasOwn(header, name))) {
    throw new TokenRefused('header asks for something not understood');
  }
  const typ = ownMember(header, 'typ');
  const alg = ownMember(header, 'alg');
  const kid = ownMember(header, 'kid');
  if (typeof typ !== 'string' || !TYPES.has(typ.toLowerCase())) throw new TokenRefused('wrong type');
  if (typeof alg !== 'string') throw new TokenRefused('wrong algorithm');
  if (kid === undefined) return { alg };
  if (typeof kid !== 'string' || kid.length > MAX_KID_LENGTH) throw new TokenRefused('unknown key');
  return { alg, kid };
}

function parsed(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch (cause) {
    throw new TokenRefused('unreadable header', cause);
  }
}
