import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type CallError, ERRORS } from '@callsheet/protocol';

/** Answers an upgrade that cannot be, as HTTP with the one error shape, and ends the connection. */
export function refuseUpgrade(socket: Duplex, error: CallError): void {
  const { http } = ERRORS[error.errorName];
  const body = JSON.stringify({ error: error.toWire() });
  const headers = [
    `HTTP/1.1 ${http} ${STATUS_CODES[http] ?? 'Refused'}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  if (http === 401) headers.push('WWW-Authenticate: Bearer realm="callsheet"');
  if (error.facts.retryAfterMs !== undefined) {
    headers.push(`Retry-After: ${Math.ceil(error.facts.retryAfterMs / 1000)}`);
  }
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
}
