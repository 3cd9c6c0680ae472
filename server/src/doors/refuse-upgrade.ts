import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type CallError, ERRORS } from '@callsheet/protocol';
import { type Challenge, type Challenged, plainChallenge } from './perimeter/challenge.ts';

export interface UpgradeRefusal {
  /** How a 401, or a 403 for a missing scope, says what would do; without it, that a bearer token is needed. */
  readonly challenge?: Challenge | undefined;
  /** The request that is refused; a challenge may depend on it. */
  readonly request?: Challenged;
}

/** Answers an upgrade that cannot be, as HTTP with the one error shape, and ends the connection. */
export function refuseUpgrade(
  socket: Duplex,
  error: CallError,
  { challenge = plainChallenge, request }: UpgradeRefusal = {},
): void {
  const { http } = ERRORS[error.errorName];
  const body = JSON.stringify({ error: error.toWire() });
  const headers = [
    `HTTP/1.1 ${http} ${STATUS_CODES[http] ?? 'Refused'}`,
    'Connection: close',
    'Cache-Control: no-store',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  const better = challenge(error, request);
  if (better !== undefined) headers.push(`WWW-Authenticate: ${better}`);
  if (error.facts.retryAfterMs !== undefined) {
    headers.push(`Retry-After: ${Math.ceil(error.facts.retryAfterMs / 1000)}`);
  }
  // An HTTP server's sockets may be half open: a peer that never hangs up would keep its socket for ever.
  socket.once('finish', () => socket.destroy());
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
}
