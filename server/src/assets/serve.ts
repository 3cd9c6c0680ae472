import type { FileHandle } from 'node:fs/promises';
import { CallError, type Principal } from '@callsheet/protocol';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { occurrence } from '../channels.ts';
import type { Challenge } from '../doors/perimeter/challenge.ts';
import { refuse } from '../doors/refusal.ts';
import { type AssetAddress, isAddressOf, readAddress } from './address.ts';
import { evaluate, mayTakeRange } from './conditions.ts';
import { ASSETS_PATH } from './layout.ts';
import type { SignedLinks } from './links.ts';
import { describe, entityTag } from './presentation.ts';
import { selectRange, WHOLE } from './ranges.ts';
import type { AssetRecord } from './record.ts';
import type { AssetStore } from './store.ts';

export interface AssetRouteOptions {
  readonly store: AssetStore;
  readonly links: SignedLinks;
  /** Who sends the request; undefined when it carries no credential. May throw a CallError for a wrong one. */
  readonly authenticate: (request: FastifyRequest) => Principal | undefined | Promise<Principal | undefined>;
  /** How a refusal says which credential would do. */
  readonly challenge?: Challenge | undefined;
}

/** The right to read: of one file for a while, or of a principal's files. */
type Right = { readonly secondsLeft: number } | { readonly principal: Principal };

/** Larger than Node's 64 KiB: fewer turns of the event loop per megabyte. */
const CHUNK_BYTES = 262_144;
const ALLOWED = 'GET, HEAD, OPTIONS';

/**
 * `GET` and `HEAD` `/assets/{project}/{kind}/{file}` as a Fastify plug-in: signed links or a credential, ranges,
 * conditions, and no difference between a file that is not there and one that is not yours.
 *
 * 304, 405, 412 and 416 are HTTP's own answers and carry headers only; every other refusal is a row of the error table.
 */
export function assetRoutes(options: AssetRouteOptions): FastifyPluginAsync {
  return async (app) => {
    const url = `${ASSETS_PATH}/*`;
    const others = app.supportedMethods.filter((method) => !ALLOWED.split(', ').includes(method));
    app.setErrorHandler((error, request, reply) => refuse(request, reply, error, { challenge: options.challenge }));
    app.route({
      method: ['GET', 'HEAD'],
      url,
      exposeHeadRoute: false,
      handler: (request, reply) => serve(options, request, reply),
    });
    app.route({
      method: 'OPTIONS',
      url,
      handler: async (_request, reply) => reply.code(204).header('allow', ALLOWED).send(),
    });
    const notAllowed = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
      reply.code(405).header('allow', ALLOWED).send();
    // Refused before the body: otherwise an unknown content type would be the answer.
    app.route({ method: others, url, onRequest: notAllowed, handler: notAllowed });
  };
}

async function serve(options: AssetRouteOptions, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const address = readAddress(request.raw.url ?? '');
  if (address === undefined) throw notFound();
  const right = await rightToRead(options, request, address);
  const record = await options.store.find(address.asset_id);
  if (record === undefined || !isAddressOf(address, record) || !covers(options.store, right, record)) throw notFound();

  const verdict = evaluate(request.headers, entityTag(record));
  if (verdict === 'failed') return reply.code(412).send();
  const download = address.query.get('download') === '1';
  const headers = describe(record, download, 'principal' in right ? undefined : right.secondsLeft);
  if (verdict === 'not-modified') {
    return reply.code(304).headers({ etag: headers.etag, 'cache-control': headers['cache-control'] }).send();
  }
  // Opened before the first header is set: a refusal from here on must not describe the file.
  const handle = await options.store.openFile(record);
  reply.headers(headers);
  return sendBytes(handle, record, request, reply);
}

async function sendBytes(
  handle: FileHandle,
  record: AssetRecord,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { bytes } = record;
  if (request.method === 'HEAD') {
    await handle.close();
    return reply.header('content-length', bytes).send();
  }
  const range = mayTakeRange(request.headers, entityTag(record)) ? selectRange(request.headers.range, bytes) : WHOLE;
  if (range.kind === 'unsatisfiable') {
    await handle.close();
    reply.removeHeader('content-type').removeHeader('content-disposition').header('cache-control', 'no-store');
    return reply.code(416).header('content-range', `bytes */${bytes}`).send();
  }
  tellServed(record, range.kind === 'whole' ? bytes : range.last - range.first + 1, reply);
  if (range.kind === 'whole') {
    return reply.header('content-length', bytes).send(handle.createReadStream({ highWaterMark: CHUNK_BYTES }));
  }
  const { first: start, last: end } = range;
  reply
    .code(206)
    .header('content-range', `bytes ${start}-${end}/${bytes}`)
    .header('content-length', end - start + 1);
  return reply.send(handle.createReadStream({ start, end, highWaterMark: CHUNK_BYTES }));
}

/** Told when the answer is over: what was asked for, if all of it went out. */
function tellServed({ kind }: AssetRecord, bytes: number, { raw }: FastifyReply): void {
  if (!occurrence.hasSubscribers) return;
  raw.once('finish', () => occurrence.publish({ type: 'media', kind, direction: 'served', bytes }));
}

async function rightToRead(
  { links, authenticate }: AssetRouteOptions,
  request: FastifyRequest,
  address: AssetAddress,
): Promise<Right> {
  const link = links.check(address.path, address.query);
  if (link.state === 'valid') return link;
  const principal = await authenticate(request);
  if (principal !== undefined) return { principal };
  const reason = link.state === 'expired' ? 'the link has expired' : 'there is neither a good link nor a credential';
  throw new CallError('UNAUTHENTICATED', `Cannot read the file: ${reason}; ask for a new link or send an API key`);
}

function covers(store: AssetStore, right: Right, record: AssetRecord): boolean {
  return 'principal' in right ? store.mayRead(right.principal, record) : true;
}

/** One sentence for malformed, unknown and foreign addresses. */
function notFound(): CallError {
  return new CallError('NOT_FOUND', 'Cannot read the file: there is none of yours at this address');
}
