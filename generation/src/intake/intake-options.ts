import { lookup as systemLookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import type { AddressPolicy, Lookup } from './address-guard.ts';
import { resolveName } from './resolve-name.ts';

/** What may be fetched from other servers. */
export interface IntakeOptions {
  /** Also fetch `http:` URLs, which anybody on the way can read and change. Default false. */
  readonly allowHttp?: boolean;
  /**
   * Exact `host:port` pairs that may be fetched wherever they lead, e.g. `media.internal:9000`: for a store of your own
   * beside the gateway. Default none: only public addresses, at the usual port of the scheme.
   */
  readonly allowPrivate?: readonly string[];
  /** A larger file is refused. Default and upper bound 536,870,912 (512 MiB). */
  readonly maxBytes?: number;
  /**
   * Resolves a host name to all its addresses. Default: the name servers of this machine; the hosts of `allowPrivate` are
   * looked up as every program here would, in `/etc/hosts` too.
   */
  readonly lookup?: Lookup;
}

/** The options with every default filled in. */
export interface IntakeRules {
  readonly policy: AddressPolicy;
  readonly maxBytes: number;
}

const LARGEST_BYTES = 512 * 1024 * 1024;

/** @throws TypeError that names the option, quotes it and says what it may be */
export function intakeRules(options: IntakeOptions = {}): IntakeRules {
  const { allowHttp = false, allowPrivate = [], maxBytes = LARGEST_BYTES, lookup } = options;
  if (typeof allowHttp !== 'boolean') throw refusal('allowHttp', allowHttp, 'true or false');
  if (!Array.isArray(allowPrivate)) throw refusal('allowPrivate', allowPrivate, 'a list of "host:port"');
  if (!(Number.isInteger(maxBytes) && maxBytes >= 1 && maxBytes <= LARGEST_BYTES)) {
    throw refusal('maxBytes', maxBytes, `a whole number from 1 to ${LARGEST_BYTES}`);
  }
  if (lookup !== undefined && typeof lookup !== 'function')
    throw refusal('lookup', lookup, 'a function that answers addresses');
  const pairs = allowPrivate.map(hostAndPort);
  const policy = { allowHttp, allowPrivate: new Set(pairs), lookup: lookup ?? lookupFor(pairs), ownAddresses };
  return { policy, maxBytes };
}

/** The pair as the guard writes it: host in the spelling of the URL parser, port always there. */
function hostAndPort(pair: unknown, index: number): string {
  const [, host = '', port = ''] = /^(\[[0-9a-fA-F:.]+\]|[^\s:@/?#[\]\\]+):([1-9]\d{0,4})$/u.exec(String(pair)) ?? [];
  if (host === '' || Number(port) > 65_535 || !URL.canParse(`http://${host}/`)) {
    throw refusal(`allowPrivate[${index}]`, pair, 'one host and port like "media.internal:9000" or "[::1]:9000"');
  }
  return `${new URL(`http://${host}/`).hostname}:${port}`;
}

function refusal(option: string, value: unknown, wanted: string): TypeError {
  const shown = String(value).slice(0, 80);
  return new TypeError(`Cannot set up generation: "intake.${option}" is "${shown}"; give ${wanted}`);
}

/** Names inside are known to this machine alone; all others are asked of the name servers. */
function lookupFor(pairs: readonly string[]): Lookup {
  const inside = new Set(pairs.map((pair) => pair.slice(0, pair.lastIndexOf(':'))));
  return async (hostname) =>
    inside.has(hostname)
      ? (await systemLookup(hostname, { all: true })).map(({ address }) => address)
      : resolveName(hostname);
}

/** Read at every fetch: addresses come and go with networks. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((held) => (held ?? []).map(({ address }) => address));
}
