import { createHash } from 'node:crypto';

const FORM = /^rft_[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const BYTES = 32;

/** A new refresh token: `rft_` and 256 random bits. It says nothing about anybody. */
export function makeRefreshToken(random: (bytes: number) => Uint8Array): string {
  return `rft_${Buffer.from(random(BYTES)).toString('base64url')}`;
}

/** What is stored of a token, or undefined for a text that cannot be one. With 256 random bits SHA-256 is enough. */
export function refreshTokenHash(text: string): Uint8Array | undefined {
  return FORM.test(text) ? createHash('sha256').update(text).digest() : undefined;
}
