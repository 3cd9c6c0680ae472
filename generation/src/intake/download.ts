import { type FileHandle, open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { CallError } from '@callsheet/protocol';
import type { Clock } from '../providers/clock.ts';
import type { AddressPolicy } from './address-guard.ts';
import { openUrl } from './open-url.ts';
import { untilSilent } from './silence.ts';

export interface DownloadRequest {
  readonly url: string;
  /** A file that does not exist yet. */
  readonly path: string;
  /** One byte more is refused, as soon as it is announced or there. */
  readonly maxBytes: number;
  /** Ends the download at once; it then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Looks at the first bytes, `HEAD_BYTES` of them or the whole file; what it throws ends the download. */
  readonly accept: (head: Uint8Array) => void;
  /** Bytes so far, and in all where the server said so. */
  readonly onBytes?: (bytes: number, total: number | undefined) => void;
}

export interface DownloadPorts {
  readonly policy: AddressPolicy;
  readonly clock: Clock;
  /** Certificates to trust besides the platform's own, PEM. */
  readonly ca?: string;
}

/** Enough to tell every format from every other. */
export const HEAD_BYTES = 64;
/** A connection, an answer or the next bytes may take this long; the whole is bounded by the signal. */
const SILENCE_MS = 15_000;

/**
 * Fetches a file from another server, checked and bounded on the way. On failure no file is left.
 *
 * @throws CallError URL_NOT_ALLOWED, UPSTREAM_ERROR, REQUEST_TOO_LARGE, STORAGE_FULL; what `accept` throws; the signal's reason
 */
export async function download(request: DownloadRequest, ports: DownloadPorts): Promise<{ readonly bytes: number }> {
  const { url, path, signal } = request;
  const { clock } = ports;
  const stop = new AbortController();
  let heard = clock.now();
  let silent = false;
  const onStep = (): void => {
    heard = clock.now();
  };
  const watch = untilSilent(clock, SILENCE_MS, () => heard, stop.signal).then((late) => {
    silent = late;
    stop.abort();
  });
  const bounded = AbortSignal.any([signal, stop.signal]);
  try {
    // Not left to the parts: a name service that never answers knows no signal.
    const response = await orAborted(openUrl(url, { ...ports, signal: bounded, onStep }), bounded);
    try {
      return { bytes: await save(response, request, onStep) };
    } finally {
      response.destroy();
    }
  } catch (error) {
    await rm(path, { force: true });
    signal.throwIfAborted();
    throw silent ? tooSlow(error) : error;
  } finally {
    stop.abort();
    await watch;
  }
}

async function save(response: IncomingMessage, request: DownloadRequest, onStep: () => void): Promise<number> {
  const { path, maxBytes, accept, onBytes } = request;
  const announced = response.headers['content-length'];
  const total = announced === undefined ? undefined : Number(announced);
  if (total !== undefined && total > maxBytes) throw tooLarge(maxBytes);
  let head: Uint8Array | undefined = new Uint8Array();
  let bytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of bodyOf(response)) {
      onStep();
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      if (head !== undefined) head = examine(Buffer.concat([head, chunk]), accept);
      await write(file, chunk);
      onBytes?.(bytes, total);
    }
    if (head !== undefined) accept(head);
  } finally {
    await file.close();
  }
  return bytes;
}

/** Answers what there is of the head until it is long enough to be looked at, then nothing. */
function examine(head: Uint8Array, accept: DownloadRequest['accept']): Uint8Array | undefined {
  if (head.byteLength < HEAD_BYTES) return head;
  accept(head.subarray(0, HEAD_BYTES));
  return undefined;
}

async function write(file: FileHandle, chunk: Uint8Array): Promise<void> {
  try {
    await file.writeFile(chunk);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT')))
      throw cause;
    throw new CallError('STORAGE_FULL', 'Cannot fetch the file: the disk is full; make room and try again', { cause });
  }
}

function orAborted(opening: Promise<IncomingMessage>, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    opening.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function tooLarge(maxBytes: number): CallError {
  const sentence = `Cannot fetch the file: it is larger than the ${maxBytes} bytes allowed; give a smaller one`;
  return new CallError('REQUEST_TOO_LARGE', sentence, { details: { max_bytes: maxBytes } });
}

function tooSlow(cause: unknown): CallError {
  const sentence = `Cannot fetch the file: the server was silent for ${SILENCE_MS / 1000} seconds; try again later`;
  return new CallError('UPSTREAM_ERROR', sentence, { retryable: true, cause, details: { reason: 'silence' } });
}

/** What breaks off in the middle is the server's or the network's doing. */
async function* bodyOf(response: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* response;
  } catch (cause) {
    const sentence = 'Cannot fetch the file: the transfer broke off before its end; try again';
    throw new CallError('UPSTREAM_ERROR', sentence, { retryable: true, cause, details: { reason: 'cut_off' } });
  }
}
