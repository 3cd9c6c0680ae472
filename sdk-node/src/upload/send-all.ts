import { ASSET_HEADER, type Asset, isJsonObject, type Json, UPLOAD_PATH, type UploadFacts } from '@callsheet/protocol';
import { RpcClientError } from '@callsheet/sdk-core';
import { type Clock, errorFromWire } from '@callsheet/sdk-core/platform';
import type { Authorize } from '../authorization.ts';
import { pause } from '../download/pause.ts';
import { refusalIn } from '../provide/http-refusal.ts';
import { waitFor } from '../wait-for.ts';
import { OutgoingBody } from './outgoing-body.ts';
import type { UploadSource } from './upload-source.ts';

/** What uploading needs of the outside. */
export interface UploadPlatform {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** The gateway's, where the credential is shown. */
  readonly origin: string;
  readonly authorize: Authorize;
  /** The credential covers the bytes, so their hash must be known before they are sent. */
  readonly signsBodies: boolean;
  /** What a function of the application may take to give a credential. */
  readonly patienceMs: number;
}

/** What is said of the file before its first byte. */
export interface Announced {
  readonly key: string;
  readonly name: string | undefined;
  readonly project: string | undefined;
  readonly facts: UploadFacts;
  readonly totalBytes: number | undefined;
  readonly sha256: string | undefined;
}

/** One attempt that did not store the file, and whether another one could. */
interface Broken {
  readonly error: RpcClientError;
  readonly mayTryAgain: boolean;
}

const MAX_ATTEMPTS = 5;
/** Who is told to come back later than this is told so, instead of waited for. Milliseconds. */
const LONGEST_WAIT_MS = 30_000;
/** Refusals that pass by themselves, of whatever stands before the gateway. */
const LATER: readonly number[] = [408, 429, 500, 502, 503, 504];
/** Servers read 16 KiB of headers, all together. */
const LONGEST_FACTS = 12_288;

/** Sends the file, on as many connections as it takes. `signal` ends it at once, with whatever fetch rejects with. */
export async function sendAll(
  source: UploadSource,
  announced: Announced,
  platform: UploadPlatform,
  signal: AbortSignal,
  progress: (sentBytes: number) => void,
): Promise<Asset> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await sendOnce(source, announced, platform, signal, progress);
    if (!('error' in outcome)) return outcome;
    signal.throwIfAborted();
    const { error, mayTryAgain } = outcome;
    if (!mayTryAgain || attempt === MAX_ATTEMPTS || (error.retryAfterMs ?? 0) > LONGEST_WAIT_MS) throw error;
    await pause(error.retryAfterMs ?? platform.random() * 250 * 2 ** attempt, platform.clock, signal);
    signal.throwIfAborted();
  }
}

async function sendOnce(
  source: UploadSource,
  announced: Announced,
  { fetch, clock, origin, authorize, patienceMs }: UploadPlatform,
  signal: AbortSignal,
  progress: (sentBytes: number) => void,
): Promise<Asset | Broken> {
  const { name, project, sha256, totalBytes } = announced;
  const url = new URL(UPLOAD_PATH, origin);
  if (project !== undefined) url.searchParams.set('project', project);
  if (name !== undefined) url.searchParams.set('name', name);
  const request = { url: url.href, method: 'POST', ...(sha256 !== undefined && { bodySha256: sha256 }) };
  const shown = await waitFor('a credential', () => authorize(request), { patienceMs, clock, signal });
  const headers = { ...shown, ...headersOf(announced) };
  const stall = new AbortController();
  const body = new OutgoingBody(source, { clock, totalBytes, progress, stalled: () => stall.abort() });
  // `half` is what fetch demands of a stream, which is pulled only as fast as the gateway takes it.
  const stream = { method: 'POST', headers, body: body.read(), duplex: 'half', redirect: 'error' };
  try {
    const init = { ...stream, signal: AbortSignal.any([signal, stall.signal]) } as RequestInit;
    const response = await fetch(url, init);
    const again = source.isRepeatable || !body.isTouched;
    if (!response.ok) return { ...(await refusal(response, source.label)), ...(!again && { mayTryAgain: false }) };
    return checked(await response.json(), body, source.label);
  } catch (cause) {
    if (RpcClientError.is(cause)) throw cause;
    if (body.fault !== undefined) throw body.fault.error;
    return broken(source, body, cause);
  } finally {
    body.stop();
  }
}

function headersOf({ key, facts, totalBytes, sha256 }: Announced): Record<string, string> {
  const told = Buffer.from(JSON.stringify(facts)).toString('base64url');
  if (told.length > LONGEST_FACTS) {
    const sentence = `Cannot upload: what is said of the file takes ${told.length} bytes in base64url`;
    throw new RpcClientError('TOO_LARGE', `${sentence}, at most ${LONGEST_FACTS}; say less in "params"`);
  }
  return {
    'idempotency-key': key,
    [ASSET_HEADER]: told,
    ...(facts.mime !== undefined && { 'content-type': facts.mime }),
    ...(totalBytes !== undefined && { 'content-length': String(totalBytes) }),
    ...(sha256 !== undefined && { 'content-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:` }),
  };
}

async function refusal(response: Response, label: string): Promise<Broken> {
  const { status } = response;
  const wire = await refusalIn(response);
  if (wire === undefined) {
    const isLater = LATER.includes(status);
    const sentence = `Cannot upload ${label}: HTTP ${status}`;
    return { error: new RpcClientError('UPLOAD_FAILED', sentence, { retryable: isLater }), mayTryAgain: isLater };
  }
  const error = errorFromWire(wire);
  return { error, mayTryAgain: error.retryable };
}

function broken(source: UploadSource, body: OutgoingBody, cause: unknown): Broken {
  const mayTryAgain = source.isRepeatable || !body.isTouched;
  const why = mayTryAgain ? '' : '; a stream cannot be read again, so upload a path or bytes to have that done for you';
  const facts = { cause, retryable: true, maybeExecuted: body.isTouched };
  return {
    error: new RpcClientError('UPLOAD_FAILED', `Cannot upload ${source.label}: the connection broke${why}`, facts),
    mayTryAgain,
  };
}

/** @throws RpcClientError when the answer is no record, or not of what was sent */
function checked(answer: Json | unknown, body: OutgoingBody, label: string): Asset {
  const asset = isJsonObject(answer) && typeof answer.asset_id === 'string' ? (answer as unknown as Asset) : undefined;
  if (asset === undefined) {
    throw new RpcClientError('PROTOCOL', `Cannot upload ${label}: the gateway answered no asset`, {
      maybeExecuted: true,
    });
  }
  const { sha256 } = body;
  if (sha256 === undefined || sha256 === asset.sha256) return asset;
  const sentence = `Cannot trust the upload of ${label}: what the gateway stored as "${asset.asset_id}" has another SHA-256`;
  throw new RpcClientError('UPLOAD_FAILED', `${sentence}; upload it again`, { retryable: true, maybeExecuted: true });
}
