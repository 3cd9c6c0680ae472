import type { ToolLog } from '@callsheet/protocol';
import type { SpanRecord, SpanSink } from '../span.ts';
import { type OtlpSource, otlpJson } from './json.ts';
import { checkOtlpOptions, type OtlpOptions, tracesUrl } from './options.ts';
import { type PostParts, postOtlp } from './post.ts';

export interface OtlpParts extends PostParts {
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  readonly log: Pick<ToolLog, 'warn' | 'info'>;
  readonly source: OtlpSource;
}

/** What became of spans that were to be exported. */
export interface ExportCounts {
  exported: number;
  /** Refused, one by one, by a receiver that took the others. */
  rejected: number;
  /** Too many waited. */
  dropped: number;
  /** Their batch was refused, or was tried too often. */
  failed: number;
}

const BATCH = 512;
const EVERY_MS = 5_000;
const USUAL_QUEUE = 8_192;
const MOST_TRIES = 5;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Sends spans in batches, one batch at a time: what comes meanwhile waits, up to a bound, and beyond it is counted and gone. */
export class OtlpExporter implements SpanSink {
  readonly counts: ExportCounts = { exported: 0, rejected: 0, dropped: 0, failed: 0 };
  readonly #options: OtlpOptions;
  readonly #parts: OtlpParts;
  readonly #maxQueue: number;
  readonly #end = new AbortController();
  #queue: SpanRecord[] = [];
  #sending: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #closed = false;
  #failing = false;

  /** @throws TypeError for an option it cannot use. */
  constructor(options: OtlpOptions, parts: OtlpParts) {
    checkOtlpOptions(options);
    this.#options = options;
    this.#parts = parts;
    this.#maxQueue = options.maxQueue ?? USUAL_QUEUE;
  }

  add(span: SpanRecord): void {
    if (this.#closed || this.#queue.length >= this.#maxQueue) {
      this.counts.dropped += 1;
      return;
    }
    this.#queue.push(span);
    if (this.#sending !== undefined) return;
    if (this.#queue.length >= BATCH) void this.#send();
    else this.#sendLater();
  }

  /** Resolves when everything that waits now was sent or given up. */
  async flush(): Promise<void> {
    while (this.#sending !== undefined || this.#queue.length > 0) await (this.#sending ?? this.#send());
  }

  /** Sends what waits, for so many milliseconds at most, then counts the rest as dropped. Nothing is taken any more. */
  async close(deadlineMs = 5_000): Promise<void> {
    this.#closed = true;
    const cancel = this.#parts.after(deadlineMs, () => this.#end.abort(new Error('the gateway closes')));
    await this.flush();
    cancel();
  }

  #send(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
      if (this.#queue.length > 0 && !this.#closed) this.#sendLater();
    });
    return this.#sending;
  }

  #sendLater(): void {
    this.#cancelTimer ??= this.#parts.after(EVERY_MS, () => void this.#send());
  }

  /** Until less than a batch is left, that of the beginning included. */
  async #sendAll(): Promise<void> {
    do {
      const batch = this.#queue.splice(0, BATCH);
      if (batch.length > 0) await this.#deliver(batch);
    } while (this.#queue.length >= BATCH || (this.#closed && this.#queue.length > 0));
  }

  async #deliver(batch: readonly SpanRecord[]): Promise<void> {
    const { signal } = this.#end;
    const body = otlpJson(batch, this.#parts.source);
    for (let tried = 1; !signal.aborted; tried++) {
      const outcome = await postOtlp(body, this.#options, signal, this.#parts);
      if (outcome.kind === 'taken') {
        const rejected = Math.min(outcome.rejected, batch.length);
        this.counts.rejected += rejected;
        this.counts.exported += batch.length - rejected;
        this.#works();
        return;
      }
      if (signal.aborted) break;
      this.#fails(outcome.why);
      const asked = outcome.kind === 'again' ? outcome.afterMs : undefined;
      if (outcome.kind === 'refused' || tried >= MOST_TRIES || (asked !== undefined && asked > LONGEST_PAUSE_MS)) {
        this.counts.failed += batch.length;
        return;
      }
      const backoff = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tried - 1));
      // From half of it on: whoever was refused together does not come back together.
      await this.#pause(asked ?? backoff * (0.5 + this.#parts.random() / 2));
    }
    this.counts.dropped += batch.length;
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#end;
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const cancel = this.#parts.after(ms, wake);
      signal.addEventListener('abort', wake);
    });
  }

  /** Said once an outage. The address alone: its query may hold a key. */
  #fails(why: string): void {
    if (this.#failing) return;
    this.#failing = true;
    this.#parts.log.warn({ receiver: this.#receiver, fault: why }, 'traces cannot be exported; trying again');
  }

  #works(): void {
    if (!this.#failing) return;
    this.#failing = false;
    this.#parts.log.info({ receiver: this.#receiver }, 'traces are exported again');
  }

  get #receiver(): string {
    const { origin, pathname } = tracesUrl(this.#options.endpoint);
    return origin + pathname;
  }
}
