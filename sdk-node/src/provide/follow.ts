import { isLoopback, rpcUrl } from '../gateway-url.ts';

/**
 * The address of a further gateway one was told of, as it is dialled; undefined for one that must not be. The credential
 * is shown there, so it may not travel less safely than to the one who told of it.
 */
export function followable(told: string, teller: string): string | undefined {
  let url: URL;
  try {
    url = new URL(rpcUrl(told, 'the address of a further gateway'));
  } catch {
    return undefined;
  }
  const from = new URL(teller);
  // On another machine it is this machine's own address, and somebody else listens there.
  const usable = isLoopback(from.hostname) || !isLoopback(url.hostname);
  const asSafe = from.protocol !== 'wss:' || url.protocol === 'wss:';
  return usable && asSafe && !isUnspecified(url.hostname) ? url.href : undefined;
}

/** `localhost`, 127.0.0.1 and ::1 are one host, at one port. */
export function sameGateway(one: string, other: string): boolean {
  return nameOf(one) === nameOf(other);
}

function nameOf(address: string): string {
  const url = new URL(address);
  if (isLoopback(url.hostname)) url.hostname = 'localhost';
  return url.href;
}

/** What a server listens on to be reached everywhere is no address to reach it at. */
function isUnspecified(host: string): boolean {
  return host === '0.0.0.0' || host === '[::]';
}
