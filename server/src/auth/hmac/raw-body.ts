import { Readable } from 'node:stream';
import { CallError } from '@callsheet/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { announcedDigest } from '../../assets/content-digest.ts';
import { isHmacHeader } from './authorization-header.ts';
import { hashBody } from './signed-request.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** SHA-256 of the raw body of a request with an HMAC header, lower-case hex; undefined before it was read. */
    signedBodyHash: string | undefined;
  }
}

export interface SignedBodyOptions {
  /** Longest body of a signed request; 1 MiB when not said. It is held in memory, because what is checked must be what is parsed. */
  readonly maxBytes?: number;
}

const MOST_BYTES = 1_048_576;

/**
 * Hashes the raw bytes of signed requests before anything parses them, and hands the same bytes on to whatever parser
 * the route has. Requests without an HMAC header are not touched. Counts for all routes of this Fastify instance.
 *
 * A route that holds its body against `Content-Digest` itself (`checksDigest`) is spared that when the request has one: the
 * signature is checked with the hash that was announced, the body streams, and is refused at its end when it is another.
 */
export function hashSignedBodies(app: FastifyInstance, { maxBytes = MOST_BYTES }: SignedBodyOptions = {}): void {
  app.decorateRequest('signedBodyHash', undefined);
  app.addHook('preParsing', async (request, _reply, payload) => {
    if (!isHmacHeader(request.headers.authorization ?? '')) return payload;
    const { checksDigest } = request.routeOptions.config;
    const announced = checksDigest === true ? announcedDigest(request.headers['content-digest']) : undefined;
    if (announced !== undefined) {
      request.signedBodyHash = announced;
      return payload;
    }
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const body = await readAll(payload as Readable, maxBytes);
    request.signedBodyHash = hashBody(body);
    return Readable.from(body.length > 0 ? [body] : []);
  });
}

/**
 * The hash that `hashSignedBodies` left on the request.
 *
 * @throws Error when it was not there to do so, or not yet: to take the body for empty would leave it unsigned.
 */
export function signedBodyHash(request: FastifyRequest): string {
  const { signedBodyHash: hash } = request;
  if (hash === undefined) {
    throw new Error('Cannot check a signature before the body was hashed; call hashSignedBodies on the instance first');
  }
  return hash;
}

function readAll(stream: Readable, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      // The stream is left as it is: destroying it would end the connection before the refusal is out.
      stream.off('data', take);
      stream.pause();
      reject(tooLarge(maxBytes));
    };
    const broken = (cause?: unknown): void => {
      reject(new CallError('INVALID_REQUEST', 'Cannot read the body: the connection ended early', { cause }));
    };
    stream.on('data', take);
    stream.once('end', () => resolve(Buffer.concat(chunks, bytes)));
    stream.once('error', broken);
    stream.once('close', broken);
  });
}

function tooLarge(maxBytes: number): CallError {
  return new CallError('REQUEST_TOO_LARGE', `Cannot take a signed body of more than ${maxBytes} bytes`);
}
