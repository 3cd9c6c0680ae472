import { createHash } from 'node:crypto';
import { CancelledError, RpcClientError } from '@callsheet/sdk-core';
import type { Clock, RequestToSign } from '@callsheet/sdk-core/platform';
import { waitFor } from '../wait-for.ts';
import { BrokenTransfer, type FilePart, type HttpPlatform, openPart } from './http-part.ts';
import { pause } from './pause.ts';
import type { Sink } from './sink.ts';
import { nameOf, type Source } from './source.ts';

export interface TransferPlatform extends HttpPlatform {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** What a function of the application may take to give a credential. */
  readonly patienceMs: number;
}

/** No byte for this long means that the connection is dead. Milliseconds. */
const STALL_MS = 30_000;
/** Attempts in a row that brought nothing. */
const MAX_FRUITLESS = 5;

/** One file on its way into a sink, across as many connections as it takes. */
export class Transfer {
  readonly #source: Source;
  readonly #sink: Sink;
  readonly #platform: TransferPlatform;
  readonly #signal: AbortSignal;
  readonly #progress: (receivedBytes: number, totalBytes: number | undefined) => void;
  #hash = createHash('sha256');
  #received = 0;
  #total: number | undefined;
  #etag: string | undefined;

  constructor(
    source: Source,
    sink: Sink,
    platform: TransferPlatform,
    signal: AbortSignal,
    progress: (receivedBytes: number, totalBytes: number | undefined) => void,
  ) {
    this.#source = source;
    this.#sink = sink;
    this.#platform = platform;
    this.#signal = signal;
    this.#progress = progress;
  }

  /** Resolves with the size and the hash when the server has no more bytes. */
  async run(): Promise<{ readonly bytes: number; readonly sha256: string }> {
    for (let fruitless = 0; ; ) {
      const before = this.#received;
      const broken = await this.#attempt();
      if (broken === undefined) return { bytes: this.#received, sha256: this.#hash.digest('hex') };
      fruitless = this.#received > before ? 0 : fruitless + 1;
      if (fruitless === MAX_FRUITLESS) {
        const sentence = `Cannot download ${nameOf(this.#source.url)}: ${fruitless} attempts in a row brought nothing`;
        throw new RpcClientError('DOWNLOAD_FAILED', sentence, { cause: broken, retryable: true });
      }
      const { clock, random } = this.#platform;
      await pause(broken.retryAfterMs ?? random() * 250 * 2 ** fruitless, clock, this.#signal);
    }
  }

  /** One connection. Resolves with what broke it, if something did that another connection can mend. */
  async #attempt(): Promise<BrokenTransfer | undefined> {
    const { url, sha256 } = this.#source;
    const stall = new AbortController();
    const signal = AbortSignal.any([this.#signal, stall.signal]);
    const watch = () => this.#platform.clock.after(STALL_MS, () => stall.abort());
    let timer = watch();
    // Without a way to tell that the file is still the same one, the bytes at hand are worth nothing.
    const from = this.#etag !== undefined || sha256 !== undefined ? this.#received : 0;
    // What the application takes to give a credential is not the connection's time.
    const authorize: TransferPlatform['authorize'] = async (request) => {
      timer.cancel();
      try {
        return await this.#authorize(request);
      } finally {
        timer = watch();
      }
    };
    try {
      const part = await openPart(url, from, this.#etag, { ...this.#platform, authorize }, signal);
      await this.#begin(part);
      for await (const chunk of part.body) {
        timer.cancel();
        timer = watch();
        await this.#take(chunk);
      }
      if (part.total !== undefined && this.#received < part.total)
        return new BrokenTransfer('The body ended too early');
      return undefined;
    } catch (error) {
      if (this.#signal.aborted) throw this.#cancelled();
      if (!(error instanceof BrokenTransfer)) throw error;
      // Broken behind the last byte: nothing is missing, and a range that starts there could not be asked for.
      return this.#received > 0 && this.#received === this.#total ? undefined : error;
    } finally {
      timer.cancel();
    }
  }

  async #begin(part: FilePart): Promise<void> {
    if (part.start === 0 && this.#received > 0) {
      await this.#sink.restart();
      this.#hash = createHash('sha256');
      this.#received = 0;
    }
    this.#etag = part.etag;
    this.#total = part.total;
  }

  async #take(chunk: Uint8Array): Promise<void> {
    await this.#sink.write(chunk);
    this.#hash.update(chunk);
    this.#received += chunk.byteLength;
    this.#progress(this.#received, this.#source.bytes ?? this.#total);
  }

  #authorize(request: RequestToSign): Promise<Record<string, string>> {
    const { authorize, patienceMs, clock } = this.#platform;
    return waitFor('a credential', () => authorize(request), { patienceMs, clock, signal: this.#signal });
  }

  #cancelled(): CancelledError {
    const sentence = `The caller cancelled downloading ${nameOf(this.#source.url)}`;
    return new CancelledError('CANCELLED', sentence, { cause: this.#signal.reason });
  }
}
