import type { IncomingMessage } from 'node:http';

/** RFC 9112 §6.3: a request has a body when it says how long it is, or that it comes in pieces. */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}
