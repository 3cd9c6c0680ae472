import { CallError } from '@callsheet/protocol';
import type { onRequestAsyncHookHandler } from 'fastify';
import { hasBody } from '../has-body.ts';
import { refuse } from '../refusal.ts';
import { quote } from './quote.ts';

const JSON_TYPE = /^application\/json[\t ]*(?:;|$)/i;

/**
 * Refuses bodies that do not say they are JSON, with HTTP's own 415 and the usual error shape. A page may send a form or
 * plain text to any site without asking; for `application/json` its browser asks first, and the answer is ours to give.
 *
 * An `onRequest` hook for the routes that take JSON: `app.addHook('onRequest', requireJson)`.
 */
export const requireJson: onRequestAsyncHookHandler = async (request, reply) => {
  const type = request.headers['content-type'];
  if (type === undefined ? !hasBody(request) : JSON_TYPE.test(type)) return undefined;
  const found = type === undefined ? 'has no content type' : `is ${quote(type)}`;
  const error = new CallError(
    'INVALID_REQUEST',
    `Cannot read the body: it ${found}; send JSON with "Content-Type: application/json"`,
  );
  return refuse(request, reply, error, { status: 415 });
};
