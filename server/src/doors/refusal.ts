import { CallError, ERRORS } from '@callsheet/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Challenge, plainChallenge } from './perimeter/challenge.ts';

export interface RefusalOptions {
  /** How a 401, or a 403 for a missing scope, says what would do; without it, that a bearer token is needed. */
  readonly challenge?: Challenge | undefined;
  /** A status of HTTP's own instead of the one of the error's row, such as 415. */
  readonly status?: number;
}

/** Answers an error as the error table has it: `{error:{code,message,data}}` with the status of its row. */
export function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
  { challenge = plainChallenge, status }: RefusalOptions = {},
): FastifyReply {
  const error = CallError.from(thrown);
  if (error.errorName === 'INTERNAL') request.log.error({ err: error.cause ?? error }, 'Cannot answer a request');
  const { retryAfterMs } = error.facts;
  if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
  const better = challenge(error, request.raw);
  if (better !== undefined) reply.header('www-authenticate', better);
  return reply
    .code(status ?? ERRORS[error.errorName].http)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ error: error.toWire(request.id) }));
}
