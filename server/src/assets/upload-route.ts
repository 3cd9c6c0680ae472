import type { IncomingMessage } from 'node:http';
import { ASSET_HEADER, type AssetFacts, CallError, UPLOAD_PATH } from '@callsheet/protocol';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { CallOrigin } from '../audit/recorder.ts';
import type { ConnectionFacts } from '../auth/connection-facts.ts';
import type { Identity } from '../auth/identity.ts';
import { refuse } from '../doors/refusal.ts';
import { announcedDigest } from './content-digest.ts';
import { checkProject } from './facts.ts';
import { FileIntake, type FileIntakeOptions, factsHeader, TAKES_FILE } from './file-intake.ts';
import type { Upload } from './upload.ts';
import type { ReceivedUpload, UploadDesk } from './upload-desk.ts';
import { uploadFacts } from './upload-facts.ts';

export interface UploadRouteOptions extends FileIntakeOptions {
  readonly desk: UploadDesk;
  /** Who sends the request; undefined when it shows nothing. May throw a CallError for a wrong credential. */
  readonly identify: (request: FastifyRequest) => Identity | undefined | Promise<Identity | undefined>;
  readonly factsOf: (request: IncomingMessage) => ConnectionFacts;
}

const NAME = /^[^\p{C}/\\]{1,255}$/u;
const MEMBERS: readonly string[] = ['project', 'name'];

/**
 * `POST /v1/assets` as a Fastify plug-in: a caller stores a file of its own. The body is the file, streamed to the disk;
 * the answer is its record, 201 when it is new and 200 when it was stored before under the same `Idempotency-Key`.
 * `?project=` and `?name=` say where it goes and what it is called, `Content-Type` and the facts header what it is.
 * Refusals are told by the error handler of the app; 415 is HTTP's own number for a file of which nobody says what it is.
 */
export function uploadRoute(options: UploadRouteOptions): FastifyPluginAsync {
  return async (app) => {
    const intake = new FileIntake(app, options);
    // What is no media type at all never comes to the handler.
    app.setErrorHandler((error, request, reply) => {
      if ((error as { statusCode?: number }).statusCode !== 415) throw error;
      return refuseType(request, reply);
    });
    app.post(UPLOAD_PATH, TAKES_FILE, async (request, reply) => {
      const identity = await options.identify(request);
      if (identity === undefined) {
        throw new CallError('UNAUTHENTICATED', 'Cannot store the file: send an API key, a token or a signature along');
      }
      const from = { identity, connection: options.factsOf(request.raw) };
      return store(options.desk, intake, from, request, reply);
    });
  };
}

async function store(
  desk: UploadDesk,
  intake: FileIntake,
  from: CallOrigin & { readonly identity: Identity },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const done = desk.admit(from, Number(request.headers['content-length'] ?? 0));
  let upload: Upload | undefined;
  let stored = 0;
  try {
    const { project, name } = readQuery(request.query);
    const facts = factsOf(request, name);
    if (facts === undefined) {
      intake.linger(request);
      return refuseType(request, reply);
    }
    upload = intake.begin(request);
    const received: ReceivedUpload = { source: upload, facts, project, ...announcements(request) };
    const { asset, isNew } = await desk.store(from, received);
    if (isNew) stored = asset.bytes;
    else intake.linger(request);
    return reply
      .code(isNew ? 201 : 200)
      .header('cache-control', 'no-store')
      .send(asset);
  } catch (error) {
    desk.refused(from, CallError.from(error));
    throw error;
  } finally {
    if (upload !== undefined) intake.end(upload);
    done(stored);
  }
}

function factsOf({ headers }: FastifyRequest, name: string): AssetFacts | undefined {
  const told = headers[ASSET_HEADER];
  const facts = told === undefined ? {} : factsHeader(ASSET_HEADER, told);
  return uploadFacts({ facts, contentType: headers['content-type'], name });
}

function announcements({ headers }: FastifyRequest): Pick<ReceivedUpload, 'key' | 'bytes' | 'sha256'> {
  const length = headers['content-length'];
  const key = headers['idempotency-key'];
  return {
    key: key === undefined ? undefined : String(key),
    bytes: length === undefined ? undefined : Number(length),
    sha256: announcedDigest(headers['content-digest']),
  };
}

/** @throws CallError INVALID_PARAMS */
function readQuery(query: unknown): { readonly project: string; readonly name: string } {
  const given = Object.entries(query ?? {});
  const odd = given.find(([member, value]) => !MEMBERS.includes(member) || typeof value !== 'string');
  if (odd !== undefined) throw wrongQuery(odd[0], `say ${MEMBERS.join(' and ')} once at most`);
  const { project = 'default', name = '' }: Readonly<Record<string, string>> = Object.fromEntries(given);
  checkProject(project);
  if (name !== '' && !NAME.test(name)) throw wrongQuery('name', 'use 1 to 255 printable characters without slashes');
  return { project, name };
}

function wrongQuery(member: string, advice: string): CallError {
  const sentence = `Cannot store the file: "${member.slice(0, 80)}" in its URL is not what it should be; ${advice}`;
  return new CallError('INVALID_PARAMS', sentence);
}

function refuseType(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return refuse(request, reply, unknownType(request.headers['content-type']), { status: 415 });
}

function unknownType(contentType: string | undefined): CallError {
  const said = contentType === undefined ? 'it has no content type' : `"${contentType.slice(0, 80)}" does not`;
  const sentence = `Cannot store the file: nothing says what it is, ${said}`;
  const advice = 'say a "name" with an ending such as "take.png", or a "mime" such as "image/png"';
  const message = 'expected a media type, or a name that tells it';
  return new CallError('INVALID_PARAMS', `${sentence}; ${advice} (over HTTP: Content-Type, and the bytes alone)`, {
    issues: [{ path: '/mime', keyword: 'asset', message }],
  });
}
