/**
 * Milliseconds a `Retry-After` header asks for: seconds or a date (RFC 9110 §10.2.3). Undefined when it asks for nothing that can be
 * read.
 *
 * @param now milliseconds since the epoch
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  const asked = header?.trim();
  if (!asked) return undefined;
  if (/^\d+$/.test(asked)) return Number(asked) * 1_000;
  const date = Date.parse(asked);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
