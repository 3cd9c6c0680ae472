import { ASSET_HEADER, CallError, type Principal, WORK_ASSETS_PATH, WORK_HEADER } from '@callsheet/protocol';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { readFacts } from '../assets/facts.ts';
import { FileIntake, type FileIntakeOptions, factsHeader, TAKES_FILE } from '../assets/file-intake.ts';
import type { Registrations } from './registrations.ts';
import type { WorkerCall } from './worker-call.ts';

export interface WorkAssetRouteOptions extends FileIntakeOptions {
  readonly registrations: Pick<Registrations, 'byKey'>;
  /** Who sends the request, if it may serve as a worker; undefined when it carries no credential. @throws CallError */
  readonly authenticate: (request: FastifyRequest) => Principal | undefined | Promise<Principal | undefined>;
}

/**
 * `PUT /v1/work/assets` as a Fastify plug-in: a worker stores a file for a call it works on, as the caller of that call. The
 * body is the file, streamed to the disk; the answer is 201 with its record. Headers say which call and what the file is. A
 * signed request (HMAC) without `Content-Digest` is held in memory until its signature is checked, and is bounded like every
 * signed body.
 *
 * A call that ends meanwhile ends the upload: nothing of it stays. Refusals are told by the error handler of the app.
 */
export function workAssetRoute(options: WorkAssetRouteOptions): FastifyPluginAsync {
  return async (app) => {
    const intake = new FileIntake(app, options);
    app.put(WORK_ASSETS_PATH, TAKES_FILE, (request, reply) => store(options, intake, request, reply));
  };
}

async function store(
  { registrations, authenticate }: WorkAssetRouteOptions,
  intake: FileIntake,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const principal = await authenticate(request);
  const held = workOf(registrations, principal, request.headers[WORK_HEADER]);
  const facts = readFacts(factsHeader(ASSET_HEADER, request.headers[ASSET_HEADER]));
  const { context } = held.call;
  if (context.dryRun)
    throw new CallError('CONFLICT', 'Cannot store the file: the call is a dry run and stores nothing');
  const upload = intake.begin(request);
  const forget = held.onSettled(() => upload.fail(callEnded()));
  try {
    const asset = await context.assets.put(upload, facts);
    return reply.code(201).header('cache-control', 'no-store').send(asset);
  } finally {
    forget();
    intake.end(upload);
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

function callEnded(): CallError {
  return new CallError('CONFLICT', 'Cannot store the file: the call it is for has ended');
}
