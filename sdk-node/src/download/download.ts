import type { Writable } from 'node:stream';
import { type MaybePromise, RpcClientError } from '@callsheet/sdk-core';
import { abortSignal, callback, checkOptions, type OptionRule, runListener } from '@callsheet/sdk-core/platform';
import { FileSink } from './file-sink.ts';
import type { Sink } from './sink.ts';
import { type Downloadable, nameOf, readSource, type Source } from './source.ts';
import { StreamSink } from './stream-sink.ts';
import { Transfer, type TransferPlatform } from './transfer.ts';

export type { Downloadable } from './source.ts';

export interface DownloadProgress {
  readonly receivedBytes: number;
  /** Undefined while nobody has said how large the file is. */
  readonly totalBytes: number | undefined;
}

export interface DownloadOptions {
  /** A path, where the file appears when it is whole and checked; or a stream, which is written to and left open. */
  readonly to: string | Writable;
  readonly signal?: AbortSignal;
  onProgress?(progress: DownloadProgress): void;
}

export interface DownloadResult {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

const target: OptionRule = (value) =>
  (typeof value === 'string' && value !== '') ||
  (typeof value === 'object' && value !== null && 'write' in value && typeof value.write === 'function')
    ? undefined
    : 'expected a path or a writable stream';

/**
 * Fetches a file. A broken connection is taken up where it was; only five attempts in a row that bring nothing end it.
 * Rejects with DOWNLOAD_FAILED, NOT_FOUND, AUTH, FORBIDDEN, TIMEOUT (a function of the application gave nothing) or CANCELLED,
 * and then leaves no file behind. Bytes already written to a stream stay written.
 *
 * @param reach tells where the gateways are, unless the signal aborts
 */
export async function download(
  given: string | Downloadable,
  options: DownloadOptions,
  reach: (signal: AbortSignal) => MaybePromise<TransferPlatform>,
): Promise<DownloadResult> {
  checkOptions('download', options, { to: target, signal: abortSignal, onProgress: callback });
  const { to, onProgress, signal = new AbortController().signal } = options;
  if (to === undefined) throw new TypeError('Cannot download without "to"; give a path or a writable stream');
  const platform = await reach(signal);
  const source = readSource(given, platform.origin);
  const sink = await sinkFor(to, source, signal);
  const transfer = new Transfer(source, sink, platform, signal, (receivedBytes, totalBytes) => {
    if (onProgress !== undefined) runListener(onProgress, { receivedBytes, totalBytes });
  });
  try {
    const result = await transfer.run();
    check(source, result);
    await sink.finish();
    return result;
  } catch (error) {
    await sink.abandon();
    throw RpcClientError.is(error) ? error : failed(source, error);
  }
}

async function sinkFor(to: string | Writable, source: Source, signal: AbortSignal): Promise<Sink> {
  if (typeof to !== 'string') return new StreamSink(to, signal);
  try {
    return await FileSink.open(to);
  } catch (cause) {
    throw failed(source, cause);
  }
}

function check({ url, sha256, bytes }: Source, result: DownloadResult): void {
  const wrong =
    bytes !== undefined && result.bytes !== bytes
      ? `it has ${result.bytes} bytes instead of ${bytes}`
      : sha256 !== undefined && result.sha256 !== sha256
        ? `its SHA-256 is ${result.sha256} instead of ${sha256}`
        : undefined;
  if (wrong === undefined) return;
  throw new RpcClientError('DOWNLOAD_FAILED', `Cannot accept ${nameOf(url)}: ${wrong}; download it again`, {
    retryable: true,
  });
}

function failed({ url }: Source, cause: unknown): RpcClientError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new RpcClientError('DOWNLOAD_FAILED', `Cannot download ${nameOf(url)}${why}`, { cause });
}
