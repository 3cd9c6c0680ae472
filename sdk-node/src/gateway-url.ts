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

/** The origin that serves the gateway's files: same host and port, http for ws and https for wss. */
export function httpOrigin(webSocketUrl: string): string {
  return new URL(webSocketUrl.replace(/^ws/, 'http')).origin;
}

/** True when only this machine is meant: `localhost`, 127.0.0.0/8, ::1. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}
