import { isIPv6 } from 'node:net';

/** What a `Host` header names. */
export interface Authority {
  /** Lower case; an IPv6 address in brackets. */
  readonly name: string;
  readonly port: number | undefined;
}

/** Stricter than RFC 3986 `host [":" port]`: only what browsers and programs send for names that can exist. */
const FORM = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,126})(?::([0-9]{1,5}))?$/;
const LONGEST_NAME = 253;

/** Reads a `Host` header (RFC 9110 §7.2); undefined for everything that is none. Never throws. */
export function readAuthority(text: string): Authority | undefined {
  const [, name, port] = FORM.exec(text.toLowerCase()) ?? [];
  if (name === undefined || name.length > LONGEST_NAME) return undefined;
  if (name.startsWith('[') && !isIPv6(name.slice(1, -1))) return undefined;
  const number = port === undefined ? undefined : Number(port);
  if (number !== undefined && (number < 1 || number > 65_535)) return undefined;
  return { name, port: number };
}
