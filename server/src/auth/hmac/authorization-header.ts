import { type HmacProof, isProof } from './proof.ts';
import { HMAC_SCHEME } from './signed-request.ts';

/** The longest well-formed header has 244 characters; the rest is room for blanks. */
const MOST_CHARACTERS = 512;
const PARTS = 4;
const TS = /^(?:0|[1-9][0-9]{0,10})$/;

/** Whether an `Authorization` header speaks of our scheme, well or badly. RFC 9110 §11.1: case does not count. */
export function isHmacHeader(authorization: string): boolean {
  return authorization.slice(0, HMAC_SCHEME.length + 1).toUpperCase() === `${HMAC_SCHEME} `;
}

/**
 * Reads `CALLSHEET-HMAC-SHA256 id=…, ts=…, nonce=…, sig=…`: each exactly once, in any order (RFC 9110 §11.2 gives
 * parameters none), blanks only around the commas. Names are lower case, values unquoted and canonical, so that what
 * was read says the same again when it is written.
 *
 * @returns undefined for anything else. Takes time linear in the length, of which it reads 512 characters at most.
 */
export function readAuthorization(authorization: string): HmacProof | undefined {
  if (authorization.length > MOST_CHARACTERS || !isHmacHeader(authorization)) return undefined;
  const parts = authorization.slice(HMAC_SCHEME.length + 1).split(',', PARTS + 1);
  if (parts.length !== PARTS) return undefined;
  // A name that comes twice leaves no part for another, which then is empty and refused as malformed.
  let [id, ts, nonce, sig] = ['', '', '', ''];
  for (const part of parts) {
    const text = withoutBlanks(part);
    const equals = text.indexOf('=');
    const value = text.slice(equals + 1);
    switch (text.slice(0, Math.max(equals, 0))) {
      case 'id':
        id = value;
        break;
      case 'ts':
        ts = value;
        break;
      case 'nonce':
        nonce = value;
        break;
      case 'sig':
        sig = value;
        break;
      default:
        return undefined;
    }
  }
  if (!TS.test(ts)) return undefined;
  const proof = { id, ts: Number(ts), nonce, sig };
  return isProof(proof) ? proof : undefined;
}

/** The header for a proof, as PROTOCOL.md writes it. */
export function writeAuthorization({ id, ts, nonce, sig }: HmacProof): string {
  return `${HMAC_SCHEME} id=${id}, ts=${ts}, nonce=${nonce}, sig=${sig}`;
}

/** Without leading and trailing blanks and tabs: `trim` would also take line breaks and foreign spaces. */
function withoutBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
