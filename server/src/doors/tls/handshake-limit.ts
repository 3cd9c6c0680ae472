import type { Socket } from 'node:net';
import type { Server, TLSSocket } from 'node:tls';

export interface HandshakeLimitOptions {
  /** Unfinished handshakes of one address. Default 64: a client with a pool of sockets reconnects with all of them at once. */
  readonly perAddress?: number;
  /** What is counted together, such as the network of an IPv6 address; undefined: never refused, such as a proxy. */
  readonly keyOf?: (address: string) => string | undefined;
  /** Told of every refused connection. */
  readonly onRefused?: (address: string) => void;
}

const PER_ADDRESS = 64;

/**
 * Bounds what one address can make us compute: a full handshake costs the server milliseconds and the client next to
 * nothing. Connections beyond the limit end before the first byte of TLS. How long a handshake may stay unfinished is the
 * server's `handshakeTimeout`.
 *
 * @returns a function that ends the limit
 * @throws Error for a limit that is no positive integer
 */
export function limitHandshakes(
  server: Server,
  { perAddress = PER_ADDRESS, keyOf = (address) => address, onRefused }: HandshakeLimitOptions = {},
): () => void {
  if (!Number.isSafeInteger(perAddress) || perAddress < 1) {
    throw new Error(`Cannot limit handshakes to ${perAddress} per address: expected a positive integer`);
  }
  const unfinished = new Map<string, number>();
  /** By both ends' address and port: a TLS socket does not say which TCP socket it came from. */
  const release = new Map<string, () => void>();

  const begin = (socket: Socket): void => {
    const address = socket.remoteAddress;
    // It is gone already; nothing will be computed for it.
    if (address === undefined) return;
    const key = keyOf(address);
    if (key === undefined) return;
    const count = unfinished.get(key) ?? 0;
    if (count >= perAddress) {
      socket.destroy();
      onRefused?.(address);
      return;
    }
    unfinished.set(key, count + 1);
    const ends = endsOf(socket);
    const finish = (): void => {
      if (release.get(ends) !== finish) return;
      release.delete(ends);
      const left = (unfinished.get(key) ?? 1) - 1;
      if (left > 0) unfinished.set(key, left);
      else unfinished.delete(key);
    };
    release.set(ends, finish);
    socket.once('close', finish);
  };
  const secured = (socket: TLSSocket): void => release.get(endsOf(socket))?.();

  // Before the listener that starts the handshake.
  server.prependListener('connection', begin);
  server.prependListener('secureConnection', secured);
  return () => {
    server.off('connection', begin);
    server.off('secureConnection', secured);
  };
}

function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress}|${remotePort}|${localAddress}|${localPort}`;
}
