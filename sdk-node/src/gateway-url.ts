import { RPC_PATH } from '@callsheet/protocol';

/** Where a gateway listens unless someone says otherwise. */
export const DEFAULT_URL = 'ws://127.0.0.1:8081/rpc';

/**
 * The address of the native door. `ws://host:port` is enough: the door's path is added. Throws TypeError with `source`,
 * the name of the option or variable the text came from.
 */
export function rpcUrl(text: string, source: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new TypeError(`Cannot read ${source} "${text}"; give an address like ${DEFAULT_URL}`, { cause });
  }
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    throw new TypeError(`Cannot use ${source} "${text}": expected ws:// or wss://, like ${DEFAULT_URL}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(`Cannot use ${source}: an address must not carry a user name or password; use "auth"`);
  }
  if (url.pathname === '/') url.pathname = RPC_PATH;
  return url.href;
}

/** What the option `url` names, each gateway once. Throws TypeError. */
export function rpcUrls(given: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0) throw new TypeError('Cannot use the option "url": give at least one address');
  const urls = list.map((url) => {
    if (typeof url === 'string') return rpcUrl(url, 'the option "url"');
    throw new TypeError(`Cannot use the option "url": expected an address like ${DEFAULT_URL}`);
  });
  return [...new Set(urls)];
}

/** The gateways CALLSHEET_URL names, separated by commas; the default when it names none. Throws TypeError. */
export function environmentUrls(text = ''): readonly string[] {
  const named = text.split(',').flatMap((url) => url.trim() || []);
  return [...new Set((named.length > 0 ? named : [DEFAULT_URL]).map((url) => rpcUrl(url, 'CALLSHEET_URL')))];
}

/** The origin that serves the gateway's files: same host and port, http for ws and https for wss. */
export function httpOrigin(webSocketUrl: string): string {
  return new URL(webSocketUrl.replace(/^ws/, 'http')).origin;
}

/** True when only this machine is meant: `localhost`, 127.0.0.0/8, ::1. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}
