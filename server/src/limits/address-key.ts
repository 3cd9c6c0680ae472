import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Stands for an address nobody knows: a socket that is gone, or one that has none (RFC 4291 §2.5.2). */
export const UNKNOWN_ADDRESS = '::';

/**
 * Reads an address as a socket or a header has it, in its one usual spelling: an IPv4 address mapped into IPv6 is the
 * IPv4 address (RFC 4291 §2.5.5.2), zones are left out.
 *
 * @returns undefined when the text is not an address: no names, no ports, no octal or hexadecimal IPv4.
 */
export function readAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // ipaddr.js alone would take "0x7f.1" and "10".
  return isIP(text) === 0 ? undefined : ipaddr.process(text.split('%', 1)[0] ?? '');
}

/**
 * What an address is counted under: an IPv4 address itself, an IPv6 address by its /64, because whoever has one address
 * of such a network has all of them (RFC 4291 §2.5.4).
 *
 * @returns `203.0.113.7` or `2001:db8:0:1::/64`; what is no address is counted under one key.
 */
export function addressKey(address: string): string {
  const read = readAddress(address);
  if (read === undefined) return UNKNOWN_ADDRESS;
  if (!('parts' in read)) return read.toString();
  return `${new ipaddr.IPv6([...read.parts.slice(0, 4), 0, 0, 0, 0]).toRFC5952String()}/64`;
}
