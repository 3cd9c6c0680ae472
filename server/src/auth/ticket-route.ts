import { CallError } from '@callsheet/protocol';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../doors/refusal.ts';
import type { Identity } from './identity.ts';
import type { Tickets } from './tickets.ts';

export interface TicketRouteOptions {
  readonly tickets: Tickets;
  /**
   * Who sends the request, by its headers or its certificate; undefined when it shows nothing. May throw a CallError for
   * a wrong credential. Cookies must not count: a browser sends them along for any page that asks it to.
   */
  readonly identify: (request: FastifyRequest) => Identity | undefined | Promise<Identity | undefined>;
}

const PATHS = ['/v1/session/ticket', '/v1/mcp/session/ticket'];

/**
 * `POST /v1/session/ticket` as a Fastify plug-in: trades a credential for `{ticket, expiresInMs}`. The body may be
 * missing or JSON and is not looked at.
 */
export function ticketRoute({ tickets, identify }: TicketRouteOptions): FastifyPluginAsync {
  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    try {
      const identity = await identify(request);
      if (identity === undefined) {
        throw new CallError('UNAUTHENTICATED', 'Cannot issue a ticket: send an API key, a token or a signature along');
      }
      const issued = tickets.issue(identity, request.headers.origin);
      return reply.header('cache-control', 'no-store').send(issued);
    } catch (error) {
      return refuse(request, reply, error);
    }
  };
  return async (app) => {
    // Clients that always say «application/json» send nothing after it here; Fastify's own parser would refuse that.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async () => undefined);
    for (const url of PATHS) app.post(url, serve);
  };
}
