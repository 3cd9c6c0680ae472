import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { readAlternativeNames } from './alternative-names.ts';

/** A client certificate that an accepted authority vouches for. */
export interface PeerCertificate {
  /** Its SAN entries of the kinds that name a client: `URI:spiffe://…`, `DNS:…`. */
  readonly names: readonly string[];
  /** SHA-256, hex pairs with colons. */
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** The client certificate of a connection, only when it was verified; undefined for every other socket. */
export function peerCertificate(socket: Duplex): PeerCertificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const certificate = socket.getPeerX509Certificate();
  const names = readAlternativeNames(certificate?.subjectAltName ?? '');
  if (certificate === undefined || names === undefined) return undefined;
  return { names, fingerprint: certificate.fingerprint256, expiresAt: Date.parse(certificate.validTo) };
}
