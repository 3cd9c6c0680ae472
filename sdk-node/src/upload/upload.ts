import { createHash, randomUUID } from 'node:crypto';
import type { Asset } from '@callsheet/protocol';
import { CancelledError, type MaybePromise, RpcClientError } from '@callsheet/sdk-core';
import { checkOptions, runListener } from '@callsheet/sdk-core/platform';
import { type Announced, sendAll, type UploadPlatform } from './send-all.ts';
import { UPLOAD_RULES, type UploadOptions } from './upload-options.ts';
import { isUploadable, openSource, type Uploadable, type UploadSource } from './upload-source.ts';

export type { UploadPlatform } from './send-all.ts';
export type { UploadOptions, UploadProgress } from './upload-options.ts';
export type { Uploadable } from './upload-source.ts';

/**
 * Stores a file at the gateway and resolves with its record: `asset:<asset_id>` is what tools take. It is read as fast as
 * the connection takes it, never as a whole. A broken connection is begun anew where the source can be read again (a path,
 * bytes), five times in all, and the file is stored once.
 *
 * Rejects with UPLOAD_FAILED (`retryable` says whether another try may help), CANCELLED, AUTH, FORBIDDEN, INVALID_PARAMS,
 * TOO_LARGE, RATE_LIMITED (also: a quota is used up), OVERLOADED or TIMEOUT (a function of the application gave nothing). Throws TypeError for options it does not know, and for a
 * stream under a signature whose `sha256` is not said.
 *
 * @param reach tells where the gateways are, unless the signal aborts
 */
export async function upload(
  given: Uploadable,
  options: UploadOptions,
  reach: (signal: AbortSignal) => MaybePromise<UploadPlatform>,
): Promise<Asset> {
  if (!isUploadable(given)) throw new TypeError('Cannot upload: give a path, bytes, or a stream of bytes');
  checkOptions('upload', options, UPLOAD_RULES);
  const { onProgress, idempotencyKey: key = randomUUID(), signal = new AbortController().signal } = options;
  const source = await opened(given);
  const platform = await reached(source, () => reach(signal));
  const totalBytes = source.totalBytes ?? options.totalBytes;
  const mustHash = platform.signsBodies && options.sha256 === undefined;
  if (mustHash && !source.isRepeatable) {
    throw new TypeError(
      'Cannot upload a stream under a signature, which covers its bytes: say their "sha256", or give a path or bytes',
    );
  }
  try {
    signal.throwIfAborted();
    const sha256 = mustHash ? await hashOf(source, signal) : options.sha256;
    const announced: Announced = { key, sha256, totalBytes, ...told(source, options) };
    return await sendAll(source, announced, platform, signal, (sentBytes) => {
      if (onProgress !== undefined) runListener(onProgress, { sentBytes, totalBytes });
    });
  } catch (error) {
    if (signal.aborted) throw cancelled(source, signal);
    throw RpcClientError.is(error) ? error : failed(source.label, error);
  } finally {
    source.close();
  }
}

async function reached<T>(source: UploadSource, reach: () => MaybePromise<T>): Promise<T> {
  try {
    return await reach();
  } catch (error) {
    source.close();
    throw error;
  }
}

async function opened(given: Uploadable): Promise<UploadSource> {
  try {
    return await openSource(given);
  } catch (cause) {
    throw failed(typeof given === 'string' ? `"${given}"` : 'it', cause);
  }
}

/** What a signature covers must be known before the first byte leaves. */
async function hashOf(source: UploadSource, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of source.read()) {
    signal.throwIfAborted();
    hash.update(piece);
  }
  return hash.digest('hex');
}

/** The options without what is not about the file. */
function told(source: UploadSource, options: UploadOptions): Pick<Announced, 'name' | 'project' | 'facts'> {
  const { name, project, signal, totalBytes, sha256, idempotencyKey, onProgress, ...facts } = options;
  return { name: name ?? source.fileName, project, facts };
}

function cancelled({ label }: UploadSource, { reason }: AbortSignal): CancelledError {
  return new CancelledError('CANCELLED', `The caller cancelled uploading ${label}`, { cause: reason });
}

function failed(label: string, cause: unknown): RpcClientError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new RpcClientError('UPLOAD_FAILED', `Cannot upload ${label}${why}`, { cause });
}
