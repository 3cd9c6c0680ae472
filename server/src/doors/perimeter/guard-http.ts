import type { FastifyInstance } from 'fastify';
import { cors } from './cors.ts';
import type { Perimeter } from './perimeter.ts';
import { securityHeaders } from './security-headers.ts';

export interface GuardPaths {
  /** Paths web pages of other origins may use. */
  readonly cors?: readonly string[];
  /** Paths whose answers other sites may show in their pages. */
  readonly embeddable?: readonly string[];
}

/** What programs call; the rest is for people and machines of the house. */
const API_PATHS = ['/v1', '/api', '/assets', '/mcp', '/.well-known/oauth-protected-resource'];
const EMBEDDABLE = ['/assets'];

/**
 * Puts the perimeter before every route of the app, those that do not exist included. What is refused is thrown, as a
 * CallError, to the app's error handler. The order matters: a page can read a refusal only when its permission to read is
 * set already.
 */
export function guardHttp(app: FastifyInstance, perimeter: Perimeter, paths: GuardPaths = {}): void {
  app.addHook('onRequest', securityHeaders(paths.embeddable ?? EMBEDDABLE));
  app.addHook('onRequest', cors({ perimeter, paths: paths.cors ?? API_PATHS }));
  app.addHook('onRequest', perimeter.onRequest);
}
