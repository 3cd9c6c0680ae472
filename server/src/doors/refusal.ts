import { CallError, ERRORS } from '@callsheet/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Answers an error as the error table has it: `{error:{code,message,data}}` with the status of its row. */
export function refuse(request: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = CallError.from(thrown);
  if (error.errorName === 'INTERNAL') request.log.error({ err: error.cause ?? error }, 'Cannot answer a request');
  const { retryAfterMs } = error.facts;
  if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
  const status = ERRORS[error.errorName].http;
  // RFC 9110 §11.6.1: a 401 says how to do better.
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="callsheet"');
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ error: error.toWire(request.id) }));
}
