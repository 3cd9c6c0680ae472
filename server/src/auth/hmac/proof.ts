/** What a client shows: who it says it is, when and which request it signed, and the signature. */
export interface HmacProof {
  /** 1 to 128 letters, digits and `. _ -`, the first a letter or digit. */
  readonly id: string;
  /** Unix seconds. */
  readonly ts: number;
  /** 16 random bytes, 22 characters of base64url. */
  readonly nonce: string;
  /** 32 bytes, 43 characters of base64url. */
  readonly sig: string;
}

const CLIENT_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
// The last character of canonical base64url (RFC 4648 §3.5) holds bits that must be zero. Taken loosely, one nonce would
// have sixteen spellings and could be used sixteen times.
const NONCE = /^[A-Za-z0-9_-]{21}[AQgw]$/;
const SIGNATURE = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
/** The year 5138; more digits are no clock. */
const LAST_TS = 99_999_999_999;

export function isClientId(id: string): boolean {
  return CLIENT_ID.test(id);
}

/** Whether all four are well formed; says nothing about whether they are right. */
export function isProof({ id, ts, nonce, sig }: HmacProof): boolean {
  return (
    CLIENT_ID.test(id) && Number.isInteger(ts) && ts >= 0 && ts <= LAST_TS && NONCE.test(nonce) && SIGNATURE.test(sig)
  );
}
