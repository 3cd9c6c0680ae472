import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Answers from everywhere in its cloud and nowhere else, but lies in an ordinary range: the host agent of Azure. The other
 * metadata services (169.254.169.254, fd00:ec2::254, 100.100.100.200, 192.0.0.192) lie in ranges refused anyway.
 */
const CLOUD_HOST_AGENTS: readonly string[] = ['168.63.129.16'];

/** Source: IANA IPv6 address space; everything outside is reserved, private, or IPv4 in disguise such as `::127.0.0.1`. */
const GLOBAL_UNICAST: readonly [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** Interface identifiers of ISATAP (RFC 5214 §6.1): the last 32 bits are an IPv4 address, often a private one. */
const ISATAP: readonly number[] = [0x0000_5efe, 0x0200_5efe];

/**
 * True for an address that anybody on the Internet could reach: public unicast, and no tunnel or translation that leads
 * from there into a private network. Expects what a resolver or the URL parser writes; any other text is not public.
 */
export function isPublicAddress(address: string): boolean {
  // The library also reads octal and shortened forms, which a resolver never answers.
  if (isIP(address) === 0 || address.includes('%')) return false;
  const plain = ipaddr.process(address);
  if (plain.range() !== 'unicast') return false;
  if (plain instanceof ipaddr.IPv4) return !CLOUD_HOST_AGENTS.includes(plain.toString());
  const [, , , , high = 0, low = 0] = plain.parts;
  return plain.match(GLOBAL_UNICAST[0], GLOBAL_UNICAST[1]) && !ISATAP.includes(high * 0x1_0000 + low);
}

/** One spelling for one address, so that two can be compared. */
export function canonicalAddress(address: string): string {
  return isIP(address) === 0 ? address : ipaddr.process(address).toString();
}
