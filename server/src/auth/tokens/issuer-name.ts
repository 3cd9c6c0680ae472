import { hash } from 'node:crypto';

/**
 * What an issuer's names are told apart by: the host in its URL, for people, and 72 bits of SHA-256 of `iss` to the
 * letter, because several issuers can share a host (a realm or a tenant each) and need not be URLs at all. Neither
 * changes when a key does.
 *
 * @returns such as `id.example.com~s7Yc2Q_o1xkE`
 */
export function issuerName(issuer: string): string {
  const digest = hash('sha256', issuer, 'base64url').slice(0, 12);
  return `${URL.canParse(issuer) ? plain(new URL(issuer).hostname) : plain(issuer)}~${digest}`;
}

/** What begins like this is another issuer's, whatever follows. */
const ANOTHERS = /^[a-z0-9.-]{0,64}~[A-Za-z0-9_-]{12}\//;

/**
 * The name by which a subject or a token is known here, with the name of its issuer before it, because both are unique
 * only within their issuer (RFC 7519 §4.1.2, §4.1.7). The own issuer's stay as they are: `ada` is `ada`, and the `ada` of
 * somebody else is `id.example.com~s7Yc2Q_o1xkE/ada`.
 *
 * @returns undefined for a name of the own issuer that reads like another's
 */
export function nameHere(name: string, issuer: string, ownIssuer: string): string | undefined {
  if (issuer !== ownIssuer) return `${issuerName(issuer)}/${name}`;
  return ANOTHERS.test(name) ? undefined : name;
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .slice(0, 64);
}
