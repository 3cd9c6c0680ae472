import { CallError, type WireError } from '@callsheet/protocol';
import type { FastifyInstance } from 'fastify';
import { refuse } from './refusal.ts';

/**
 * Makes every refusal of a plug-in read as `/api/*` has it: `{"error":"text","code":4010}` instead of an object, with
 * the same status and headers as everywhere, and the request id where the log has more to say.
 *
 * Call it first in the plug-in; it reaches no route outside.
 */
export function apiErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => refuse(request, reply, readable(error)));
  app.addHook('onSend', async (_request, reply, payload) => {
    if (reply.statusCode < 400 || typeof payload !== 'string') return payload;
    const { error } = JSON.parse(payload) as { error: WireError };
    const { requestId, issues } = error.data ?? {};
    return JSON.stringify({ error: error.message, code: error.code, request_id: requestId, issues });
  });
}

/** What Fastify refuses by itself, in the words of the error table. */
function readable(error: unknown): unknown {
  const status = (error as { statusCode?: unknown }).statusCode;
  if (CallError.is(error) || typeof status !== 'number' || status < 400 || status > 499) return error;
  if (status === 413) return new CallError('REQUEST_TOO_LARGE', 'Cannot take so large a body');
  return new CallError('INVALID_REQUEST', 'Cannot read the body: it is not JSON', { cause: error });
}
