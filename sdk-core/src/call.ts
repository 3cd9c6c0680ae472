import type { JsonObject } from '@callsheet/protocol';
import { type AsyncQueue, asyncQueue } from './async-queue.ts';
import { runListener } from './emitter.ts';
import type { RpcClientError } from './errors.ts';
import { type CallNotes, type CallSink, type Cancel, newNotes, type Outcome } from './invocation.ts';

/** How a call ended, with what a caller cannot see otherwise. */
export type CallReport<R> = (
  | { readonly ok: true; readonly value: R }
  | { readonly ok: false; readonly error: RpcClientError }
) &
  Readonly<CallNotes> & {
    /** From the call to its outcome. Milliseconds. */
    readonly durationMs: number;
  };

/** A call under way: await it for the result, iterate it for progress, cancel it. */
export interface Call<R, P> extends Promise<R>, AsyncIterable<P> {
  readonly id: string;
  /** Gives the call up: it rejects with CancelledError at once, and the server is told. */
  cancel(reason?: unknown): void;
  /** Never rejects. */
  settled(): Promise<CallReport<R>>;
}

/** Reports a slow reader may fall behind; after that the oldest are dropped, because only the newest matter. */
const MOST_WAITING = 16;

/** What became of a call so far. An object of its own, because a promise shows its methods to everybody. */
class Course<P> implements CallSink {
  readonly notes = newNotes();
  // Made with the first reader: most calls never have one.
  #readers: Set<AsyncQueue<P>> | undefined;
  #latest: JsonObject | undefined;
  #outcome: Outcome | undefined;
  #time: number;
  readonly #now: () => number;
  readonly #onProgress: ((report: P) => void) | undefined;
  readonly #resolve: (value: never) => void;
  readonly #reject: (error: RpcClientError) => void;

  constructor(
    now: () => number,
    onProgress: ((report: P) => void) | undefined,
    resolve: (value: never) => void,
    reject: (error: RpcClientError) => void,
  ) {
    this.#now = now;
    this.#time = now();
    this.#onProgress = onProgress;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  progress(params: JsonObject): void {
    const report = params as P;
    this.#latest = params;
    for (const reader of this.#readers ?? []) reader.push(report);
    if (this.#onProgress !== undefined) runListener(this.#onProgress, report);
  }

  settle(outcome: Outcome): void {
    this.#outcome = outcome;
    this.#time = this.#now() - this.#time;
    for (const reader of this.#readers ?? []) this.#finish(reader);
    if (outcome.ok) this.#resolve(outcome.value as never);
    else this.#reject(outcome.error);
  }

  /** A late reader starts with the newest report. */
  read(): AsyncQueue<P> {
    this.#readers ??= new Set();
    const readers = this.#readers;
    const reader: AsyncQueue<P> = asyncQueue(MOST_WAITING, () => readers.delete(reader));
    if (this.#latest !== undefined) reader.push(this.#latest as P);
    readers.add(reader);
    this.#finish(reader);
    return reader;
  }

  report(): object {
    return { durationMs: this.#time, ...this.#outcome, ...this.notes };
  }

  #finish(reader: AsyncQueue<P>): void {
    const outcome = this.#outcome;
    if (outcome?.ok) reader.end();
    else if (outcome !== undefined) reader.fail(outcome.error);
  }
}

/** A real promise with the rest of a call on it. */
export class CallPromise<R, P> extends Promise<R> implements Call<R, P> {
  static {
    // `then` and its kin give plain promises, as what hangs on a call is not a call; and `await` takes it without a detour.
    CallPromise.prototype.constructor = Promise;
  }

  readonly #id: number;
  readonly #course: Course<P>;
  readonly #cancel: Cancel;

  /** `start` begins the call and returns what gives it up; it may tell the outcome before it returns. */
  constructor(
    id: number,
    now: () => number,
    start: (sink: CallSink, notes: CallNotes) => Cancel,
    onProgress?: (report: P) => void,
  ) {
    let course: Course<P> | undefined;
    super((resolve, reject) => {
      course = new Course(now, onProgress, resolve, reject);
    });
    this.#id = id;
    this.#course = course as unknown as Course<P>;
    this.#cancel = start(this.#course, this.#course.notes);
  }

  get id(): string {
    return String(this.#id);
  }

  cancel(reason?: unknown): void {
    this.#cancel(reason);
  }

  settled(): Promise<CallReport<R>> {
    const report = (): CallReport<R> => this.#course.report() as CallReport<R>;
    return this.then(report, report);
  }

  /** Who only iterates learns of a failure there, so the promise itself must not count as unhandled. */
  [Symbol.asyncIterator](): AsyncIterator<P, undefined> {
    this.catch(() => undefined);
    return this.#course.read();
  }
}
