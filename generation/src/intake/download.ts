import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { CallError } from '@callsheet/protocol';
import type { Clock } from '../providers/clock.ts';
import type { AddressPolicy } from './address-guard.ts';
import { openUrl } from './open-url.ts';
import { type SaveRequest, saveFile } from './save-file.ts';
import { untilSilent } from './silence.ts';

export interface DownloadRequest extends SaveRequest {
  readonly url: string;
  /** Ends the download at once; it then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

export interface DownloadPorts {
  readonly policy: AddressPolicy;
  readonly clock: Clock;
  /** Certificates to trust besides the platform's own, PEM. */
  readonly ca?: string;
}

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
      const announced = response.headers['content-length'];
      const total = announced === undefined ? undefined : Number(announced);
      return { bytes: await saveFile(watched(response, onStep), total, request) };
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

function orAborted(opening: Promise<IncomingMessage>, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    opening.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function tooSlow(cause: unknown): CallError {
  const sentence = `Cannot fetch the file: the server was silent for ${SILENCE_MS / 1000} seconds; try again later`;
  return new CallError('UPSTREAM_ERROR', sentence, { retryable: true, cause, details: { reason: 'silence' } });
}

/** What breaks off in the middle is the server's or the network's doing. */
async function* watched(response: IncomingMessage, onStep: () => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response) {
      onStep();
      yield chunk;
    }
  } catch (cause) {
    const sentence = 'Cannot fetch the file: the transfer broke off before its end; try again';
    throw new CallError('UPSTREAM_ERROR', sentence, { retryable: true, cause, details: { reason: 'cut_off' } });
  }
}
