import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_HEADER = 'X-Signature';

export interface SignedWebhook {
  /** The `X-Signature` header: `t=<seconds since the epoch>,v1=<hexadecimal HMAC-SHA256 over "t.body">`. */
  readonly header: string | undefined;
  /** The body as it arrived, before any parser saw it. */
  readonly body: string | Uint8Array;
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How old or how far ahead it may be, in seconds; 300 when not said. Within that time it could be sent again by whoever saw it. */
  readonly toleranceSeconds?: number;
}

/** @param now milliseconds since the epoch */
export function signWebhook(secret: string, body: string, now: number): string {
  const seconds = Math.floor(now / 1_000);
  return `t=${seconds},v1=${digestOf(secret, seconds, body).toString('hex')}`;
}

/**
 * True for a body that was signed with the secret, not long ago. For receivers in other languages: take `t` from the
 * header, compute HMAC-SHA256 with the secret over `t`, a dot and the raw body, compare it with `v1` in constant time, and
 * refuse a `t` that is more than five minutes away. Several `v1` may stand there: one that fits is enough.
 */
export function verifyWebhook({ header, body, secret, now, toleranceSeconds = 300 }: SignedWebhook): boolean {
  const parts = (header ?? '')
    .slice(0, 1_024)
    .split(',')
    .map((part) => part.trim());
  const [, seconds] = /^t=(\d{1,12})$/.exec(parts[0] ?? '') ?? [];
  if (seconds === undefined || Math.abs(now / 1_000 - Number(seconds)) > toleranceSeconds) return false;
  const wanted = digestOf(secret, Number(seconds), body);
  return parts.some((part) => {
    const [, hex] = /^v1=([0-9a-f]{64})$/.exec(part) ?? [];
    return hex !== undefined && timingSafeEqual(Buffer.from(hex, 'hex'), wanted);
  });
}

function digestOf(secret: string, seconds: number, body: string | Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}
