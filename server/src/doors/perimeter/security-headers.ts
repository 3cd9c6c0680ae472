import type { onRequestAsyncHookHandler } from 'fastify';
import { isLoopback } from '../../config/loopback.ts';
import { readAuthority } from './authority.ts';
import { isBelow } from './below.ts';

/** Half a year, in seconds: long enough to count, short enough to go back. */
const HSTS = 'max-age=15768000';

/**
 * Headers that keep browsers from guessing types, leaking addresses and lending our answers to other pages.
 *
 * @param embeddable paths whose answers other sites may show: links to assets are made to be handed on
 */
export function securityHeaders(embeddable: readonly string[]): onRequestAsyncHookHandler {
  return async (request, reply) => {
    reply.headers({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': isBelow(request.raw.url, embeddable) ? 'cross-origin' : 'same-origin',
    });
    // RFC 6797 counts for every port of the name: on localhost it would lock up other servers of the same machine.
    if (request.protocol === 'https' && !isLocal(request.headers.host)) {
      reply.header('strict-transport-security', HSTS);
    }
  };
}

function isLocal(host: string | undefined): boolean {
  const name = readAuthority(host ?? '')?.name ?? '';
  return isLoopback(name) || name.endsWith('.localhost');
}
