const SHA256 = /^sha-256=:([A-Za-z0-9+/]{43}=):$/;

/**
 * The SHA-256 a request announces of its body, lower-case hex (RFC 9530 §2, `Content-Digest: sha-256=:<base64>:`).
 * Undefined when there is none, or not exactly one: what is not understood is not announced.
 */
export function announcedDigest(header: string | readonly string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined;
  const [found, ...more] = header
    .split(',')
    .map((member) => SHA256.exec(member.trim())?.[1])
    .filter((digest) => digest !== undefined);
  return found === undefined || more.length > 0 ? undefined : Buffer.from(found, 'base64').toString('hex');
}
