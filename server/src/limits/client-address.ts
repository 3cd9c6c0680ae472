import type { IncomingHttpHeaders } from 'node:http';
import { readAddress, UNKNOWN_ADDRESS } from './address-key.ts';
import type { TrustedProxies } from './trusted-proxies.ts';

/** What a request says of where it comes from. */
export interface Origin {
  /** Of the socket; absent when it is gone already. */
  readonly remoteAddress: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Who really calls, behind trusted proxies: the right-most address of `X-Forwarded-For` that is not one of them. Every
 * proxy appends the peer it saw, so what stands left of the first stranger is only that stranger's word.
 *
 * Never throws. An entry that is not an address (`unknown`, a name, garbage) ends the search, and the proxy that passed
 * it on counts as the caller. A port behind the address, as some load balancers write it, is left out.
 *
 * @returns an address in its usual spelling, IPv4 for mapped ones; `::` when nothing is known.
 */
export function clientAddress({ remoteAddress, headers }: Origin, trusted: TrustedProxies): string {
  let caller = readAddress(remoteAddress ?? '');
  if (caller === undefined) return UNKNOWN_ADDRESS;
  const header = headers['x-forwarded-for'] ?? '';
  let rest = typeof header === 'string' ? header : header.join(',');
  while (rest !== '' && trusted.trusts(caller)) {
    const comma = rest.lastIndexOf(',');
    const hop = readAddress(withoutPort(rest.slice(comma + 1).trim()));
    if (hop === undefined) break;
    caller = hop;
    rest = rest.slice(0, Math.max(comma, 0));
  }
  return caller.toString();
}

/** `192.0.2.1:5678` and `[2001:db8::1]:5678` or `[2001:db8::1]` without what surrounds the address. */
function withoutPort(hop: string): string {
  return /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(hop)?.[1] ?? /^\[([^\]]*)\](?::\d{1,5})?$/.exec(hop)?.[1] ?? hop;
}
