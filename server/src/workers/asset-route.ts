import { Readable } from 'node:stream';
import {
  ASSET_HEADER,
  type AssetFacts,
  CallError,
  isJsonObject,
  type Principal,
  WORK_ASSETS_PATH,
  WORK_HEADER,
} from '@callsheet/protocol';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { readFacts } from '../assets/facts.ts';
import type { Clock } from '../clock.ts';
import type { Registrations } from './registrations.ts';
import { tooLarge, Upload } from './upload.ts';
import type { WorkerCall } from './worker-call.ts';

export interface WorkAssetRouteOptions {
  readonly registrations: Pick<Registrations, 'byKey'>;
  /** Who sends the request, if it may serve as a worker; undefined when it carries no credential. @throws CallError */
  readonly authenticate: (request: FastifyRequest) => Principal | undefined | Promise<Principal | undefined>;
  /** Largest file. */
  readonly maxBytes: number;
  readonly clock: Pick<Clock, 'after'>;
  /** A sender who sends less than 16 KiB in this time is given up; 10,000 ms. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 10_000;
const LEAST_BYTES = 16_384;
/** How long the rest of a refused body is read and thrown away, so that its sender can read why. */
const LINGER_MS = 2_000;

/**
 * `PUT /v1/work/assets` as a Fastify plug-in: a worker stores a file for a call it works on, as the caller of that call. The
 * body is the file, streamed to the disk; the answer is 201 with its record. Headers say which call and what the file is. A
 * signed request (HMAC) is held in memory until its signature is checked, and is bounded like every signed body.
 *
 * A call that ends meanwhile ends the upload: nothing of it stays. Refusals are told by the error handler of the app.
 */
export function workAssetRoute(options: WorkAssetRouteOptions): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onError', async (request) => lingerBriefly(request, options.clock));
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    app.put(WORK_ASSETS_PATH, (request, reply) => store(options, request, reply));
  };
}

async function store(
  { registrations, authenticate, maxBytes, clock, patienceMs = PATIENCE_MS }: WorkAssetRouteOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const principal = await authenticate(request);
  const held = workOf(registrations, principal, request.headers[WORK_HEADER]);
  const facts = factsOf(request.headers[ASSET_HEADER]);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const { context } = held.call;
  if (context.dryRun)
    throw new CallError('CONFLICT', 'Cannot store the file: the call is a dry run and stores nothing');
  const body = request.body instanceof Readable ? request.body : Readable.from([]);
  const upload = new Upload(body, { maxBytes, patienceMs, leastBytes: LEAST_BYTES, clock });
  const forget = held.onSettled(() => upload.fail(callEnded()));
  try {
    const asset = await context.assets.put(upload, facts);
    return reply.code(201).header('cache-control', 'no-store').send(asset);
  } finally {
    forget();
    upload.release();
  }
}

/** One sentence for a key, a call and a worker that do not belong together, whichever is wrong. */
function workOf(
  registrations: Pick<Registrations, 'byKey'>,
  principal: Principal | undefined,
  header: string | readonly string[] | undefined,
): WorkerCall {
  const named = typeof header === 'string' ? header : '';
  const dot = named.indexOf('.');
  const registration = dot < 0 ? undefined : registrations.byKey(named.slice(0, dot), principal);
  const held = registration?.facts.link.find(named.slice(dot + 1));
  if (held !== undefined) return held;
  if (principal === undefined) {
    throw new CallError('UNAUTHENTICATED', 'Cannot store the file: send the credential of the worker along');
  }
  throw new CallError(
    'NOT_FOUND',
    `Cannot store the file: "${WORK_HEADER}" names no call this worker works on; send <workKey>.<request id>`,
  );
}

/** @throws CallError INVALID_PARAMS, naming the field */
function factsOf(header: string | readonly string[] | undefined): AssetFacts {
  let facts: unknown;
  try {
    facts = JSON.parse(Buffer.from(String(header ?? ''), 'base64url').toString('utf8'));
  } catch {
    facts = undefined;
  }
  // Known fields only, each for itself: what comes off the wire is no AssetFacts before this.
  if (isJsonObject(facts)) return readFacts(facts as unknown as AssetFacts);
  throw new CallError(
    'INVALID_PARAMS',
    `Cannot store the file: "${ASSET_HEADER}" is no JSON object in base64url; send the facts of the file`,
  );
}

function callEnded(): CallError {
  return new CallError('CONFLICT', 'Cannot store the file: the call it is for has ended');
}

function lingerBriefly({ raw }: FastifyRequest, clock: Pick<Clock, 'after'>): void {
  if (raw.complete) return;
  raw.resume();
  const stop = clock.after(LINGER_MS, () => raw.destroy());
  raw.once('close', stop);
  raw.once('end', stop);
}
