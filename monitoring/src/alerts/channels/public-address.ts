import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** IANA IPv4 special-purpose addresses (RFC 6890), multicast and reserved ones, and the host agent of one cloud. */
const NOT_PUBLIC_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Inside 2000::/3, which is all that is public: protocol assignments with Teredo, documentation, 6to4. */
const NOT_PUBLIC_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** ISATAP (RFC 5214 §6.1): whatever the network is, the last 32 bits are an IPv4 address, often a private one. */
const ISATAP = /:5efe:(?:[0-9a-f]{1,4}:[0-9a-f]{1,4}|:)$/;

const notPublicV4 = listOf(NOT_PUBLIC_V4, 'ipv4');
const notPublicV6 = listOf(NOT_PUBLIC_V6, 'ipv6');
const globalUnicast = listOf([['2000::', 3]], 'ipv6');

/**
 * True for an address that anybody on the Internet could reach. Expects what a resolver or the URL parser writes; any
 * other text is not public, and neither is IPv4 in the disguise of IPv6.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !notPublicV4.check(address, 'ipv4');
  if (!isIPv6(address) || address.includes('%')) return false;
  if (!globalUnicast.check(address, 'ipv6') || notPublicV6.check(address, 'ipv6')) return false;
  return !ISATAP.test(new URL(`http://[${address}]`).hostname.slice(1, -1));
}

function listOf(networks: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, family);
  return list;
}
