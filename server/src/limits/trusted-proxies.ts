import type ipaddr from 'ipaddr.js';
import { readAddress } from './address-key.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The proxies whose word about the caller is believed. */
export class TrustedProxies {
  readonly #networks: readonly (readonly [Address, number])[];

  /**
   * @param list addresses and networks: `10.0.0.7`, `10.0.0.0/8`, `2001:db8::/32`.
   * @throws Error for an entry that is neither, and for one that is the whole internet.
   */
  constructor(list: readonly string[]) {
    this.#networks = list.map(readNetwork);
  }

  trusts(address: Address): boolean {
    return this.#networks.some(
      ([network, prefix]) => network.kind() === address.kind() && address.match(network, prefix),
    );
  }
}

function readNetwork(text: string): readonly [Address, number] {
  const [, host = '', bits] = /^([^/]+)(?:\/([0-9]{1,3}))?$/.exec(text) ?? [];
  const address = readAddress(host);
  const most = address?.kind() === 'ipv4' ? 32 : 128;
  // A network of mapped addresses is counted in bits of IPv6 and was read as IPv4.
  const prefix = bits === undefined ? most : Number(bits) - (most === 32 && host.includes(':') ? 96 : 0);
  if (address === undefined || prefix > most || prefix < 0) {
    throw new Error(
      `Cannot trust the proxy "${text}"; write an address such as "10.0.0.7" or a network such as "10.0.0.0/8"`,
    );
  }
  if (prefix === 0) {
    throw new Error(
      `Cannot trust the proxy "${text}": every caller could say who it is; name the proxies' own network`,
    );
  }
  return [address, prefix];
}
