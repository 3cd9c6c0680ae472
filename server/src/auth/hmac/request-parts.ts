import type { IncomingMessage } from 'node:http';
import { EMPTY_BODY_HASH, type SignedRequest } from './signed-request.ts';

/** What a signature covers besides time stamp and nonce. */
export type RequestParts = Omit<SignedRequest, 'ts' | 'nonce'>;

/**
 * The parts of a request as it was sent; nothing is decoded or put in order. A proxy in between must hand on the path
 * and the `Host` header as they are.
 *
 * @param bodyHash for an upgrade, and for the proof inside `session/open`, that of no body
 */
export function requestParts(
  { method = '', url = '', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  bodyHash: string = EMPTY_BODY_HASH,
): RequestParts {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  return { method, path, query, host: headers.host ?? '', bodyHash };
}
