import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { CallError, type MethodName } from '@callsheet/protocol';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../config/loopback.ts';
import type { Config } from '../config/settings.ts';
import type { Policy } from '../policy/policy.ts';
import type { RouteParts } from '../workers/open-workers.ts';

export interface ScraperGateParts extends RouteParts {
  readonly policy: Pick<Policy, 'demand'>;
}

/** Lets a scraper pass. @throws CallError UNAUTHENTICATED, FORBIDDEN */
export type ScraperGate = (request: FastifyRequest) => Promise<void>;

/**
 * Who may scrape, as `[metrics]` says: whoever shows `metrics.token`, whoever needs to show nothing, and every caller with the
 * right to `twin`, the method that tells the same.
 */
export function scraperGate(
  { metrics: { token, anyone } }: Pick<Config, 'metrics'>,
  { identify, factsOf, policy }: ScraperGateParts,
  twin: MethodName,
): ScraperGate {
  const shown = token === undefined ? undefined : digest(`Bearer ${token}`);
  const isLocal = ({ raw }: FastifyRequest): boolean => isFromHere(raw.headers) && isLoopback(factsOf(raw).address);
  return async (request) => {
    if (shown !== undefined && timingSafeEqual(shown, digest(request.headers.authorization ?? ''))) return;
    // Whoever shows a credential is judged by it, and where a token is configured everybody shows something.
    if (
      showsNothing(request.headers) &&
      (anyone === 'always' || (anyone === 'loopback' && token === undefined && isLocal(request)))
    )
      return;
    const identity = await identify(request);
    if (identity === undefined) {
      const sentence =
        'Cannot show this to a scraper: send an API key, a token, or the value of metrics.token as bearer';
      throw new CallError('UNAUTHENTICATED', sentence);
    }
    policy.demand(identity.principal, twin);
  };
}

function showsNothing(headers: IncomingHttpHeaders): boolean {
  return headers.authorization === undefined && headers['x-api-key'] === undefined;
}

/** Of one length whatever was shown, so that the comparison tells nothing. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** What proxies say of whom they ask for, and browsers of a page that asks. */
const FOR_OTHERS = [
  ...['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'x-client-ip', 'via'],
  ...['cf-connecting-ip', 'true-client-ip', 'origin'],
];

/** Behind a proxy nobody told us of everybody seems to be on this machine, and a page is not who opened it. */
function isFromHere(headers: IncomingHttpHeaders): boolean {
  return FOR_OTHERS.every((name) => headers[name] === undefined);
}
