import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { isBelow } from './below.ts';
import type { Perimeter } from './perimeter.ts';

export interface CorsSettings {
  readonly perimeter: Perimeter;
  /** Paths web pages of other origins may use, with all below them. */
  readonly paths: readonly string[];
}

/** How long a browser may remember a preflight, in seconds. Chromium keeps none longer than two hours. */
const MAX_AGE_S = 600;
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS = [
  'Authorization',
  'Content-Type',
  'X-API-Key',
  'Idempotency-Key',
  'Content-Digest',
  'Callsheet-Asset',
  'Range',
  'If-Range',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'MCP-Protocol-Version',
  'Mcp-Session-Id',
  'traceparent',
  'tracestate',
].join(', ');
const ANSWER_HEADERS = [
  'Accept-Ranges',
  'Content-Disposition',
  'Content-Range',
  'ETag',
  'Mcp-Session-Id',
  'Retry-After',
  'WWW-Authenticate',
].join(', ');

/**
 * Lets pages of admitted origins read answers (WHATWG Fetch §3.3), and refuses requests of every other page before
 * anything happens. Cookies are never allowed: no cookie opens this gateway, so no page can borrow one.
 *
 * The hook throws CallError FORBIDDEN (host) and ORIGIN_NOT_ALLOWED; it answers preflights itself, with 204.
 */
export function cors({ perimeter, paths }: CorsSettings): onRequestAsyncHookHandler {
  return async (request, reply) => {
    if (!isBelow(request.raw.url, paths)) return undefined;
    // Said of every answer, or a cache would hand one page the permission of another.
    reply.header('vary', 'Origin');
    const page = perimeter.pageOf(request.raw, request.protocol === 'https');
    if (page === undefined) return undefined;
    reply.header('access-control-allow-origin', page).header('access-control-expose-headers', ANSWER_HEADERS);
    if (!isPreflight(request)) return undefined;
    return reply
      .code(204)
      .headers({
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': REQUEST_HEADERS,
        'access-control-max-age': MAX_AGE_S,
        vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
      })
      .send();
  };
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}
