/**
 * Why a token is refused: for the log and the audit trail only. Whoever sent it hears the same sentence every time,
 * because each of these would tell an attacker which guess was better.
 */
export type RefusalReason =
  | 'too long'
  | 'not three parts of canonical base64url'
  | 'unreadable header'
  | 'header asks for something not understood'
  | 'wrong type'
  | 'unknown key'
  | 'wrong algorithm'
  | 'wrong signature'
  | 'key is over'
  | 'claim missing or of the wrong kind'
  | 'wrong issuer'
  | 'wrong audience'
  | 'expired'
  | 'not yet good'
  | 'issued in the future'
  | 'lives too long'
  | 'unknown role'
  | 'unreadable scope'
  | 'revoked'
  | 'issuer cannot be reached';

/** Thrown while a token is looked at, and caught by whoever looks: it never leaves this folder. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, cause?: unknown) {
    super(`Cannot accept the token: ${reason}`, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

/** The reason behind whatever was thrown; a fault of a library while it verifies is a bad signature. */
export function reasonOf(error: unknown): RefusalReason {
  return error instanceof TokenRefused ? error.reason : 'wrong signature';
}
