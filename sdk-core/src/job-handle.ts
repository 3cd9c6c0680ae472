import { isFinal, type JobView, type Json, type JsonObject } from '@callsheet/protocol';
import type { CallOptions } from './call-options.ts';
import type { Clock } from './clock.ts';
import { CancelledError, RpcClientError, TimeoutError } from './errors.ts';
import { type JobEvent, type JobState, readJob, readJobEvent } from './job-events.ts';
import { abortSignal, checkOptions, milliseconds } from './option-rules.ts';
import type { TopicFollower } from './topic-follower.ts';
import { errorFromWire } from './wire-errors.ts';

/** A job as `status()` tells it. */
export interface JobReport {
  readonly state: JobState;
  /** 0 to 1. */
  readonly progress: number;
  /** Milliseconds until it is done, when there is enough to estimate from. */
  readonly etaMs?: number;
  /** Everything the server tells about it. */
  readonly job: JobView;
}

/** How long to wait for a job, which goes on whatever happens to the waiting. */
export interface ResultOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds; no bound when not said. */
  readonly timeoutMs?: number;
}

/** A durable job. Iterate it for its events, await `result()`; leaving it never stops it. */
export interface JobHandle<R, P> extends AsyncIterable<JobEvent<P>>, AsyncDisposable {
  readonly id: string;
  /** The newest state this handle has seen; undefined until it has seen one. */
  readonly state: JobState | undefined;
  /** Resolves with the job's result; rejects with its error, or with CancelledError when it was canceled. */
  result(options?: ResultOptions): Promise<R>;
  status(): Promise<JobReport>;
  /** Stops the job. Rejects with code CONFLICT when it is already final. */
  cancel(reason?: string): Promise<void>;
  /** Stops listening; the job goes on. */
  detach(): void;
}

/** What a handle needs of the rest of the engine. */
export interface JobPort {
  readonly clock: Clock;
  /** How long one question to the server may take. Milliseconds. */
  readonly idleMs: number;
  request(method: string, params: JsonObject, options?: CallOptions<never>): Promise<Json>;
  follow(topic: string, after: number, signal?: AbortSignal): TopicFollower;
}

export class RemoteJob<R, P> implements JobHandle<R, P> {
  readonly id: string;
  readonly #port: JobPort;
  readonly #after: number;
  readonly #followers = new Set<TopicFollower>();
  #view: JobView | undefined;
  #seenSeq = 0;
  #detached = false;

  /** `after`: the events up to this number are not wanted. */
  constructor(id: string, port: JobPort, after: number, view?: JobView) {
    this.id = id;
    this.#port = port;
    this.#after = after;
    this.#view = view;
  }

  get state(): JobState | undefined {
    return this.#view?.status;
  }

  async status(): Promise<JobReport> {
    const job = await this.#look({});
    return {
      state: job.status,
      progress: job.progress,
      ...(job.estimatedRemaining !== undefined && { etaMs: job.estimatedRemaining * 1_000 }),
      job,
    };
  }

  async cancel(reason?: string): Promise<void> {
    await this.#port.request('jobs/cancel', { jobId: this.id, ...(reason !== undefined && { reason }) });
  }

  async result(options: ResultOptions = {}): Promise<R> {
    checkOptions(`wait for job "${this.id}"`, options, { signal: abortSignal, timeoutMs: milliseconds(1) });
    // Of the final states only this one cannot be left again: the others may be retried.
    const known = this.#view?.status === 'completed' ? this.#view : undefined;
    return this.#outcome(known ?? (await this.#finalView(options)));
  }

  detach(): void {
    this.#detached = true;
    for (const follower of this.#followers) follower.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.detach();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<JobEvent<P>, void, undefined> {
    if (this.#detached) return;
    const follower = this.#follow(this.#after);
    try {
      for await (const raw of follower) {
        const event = readJobEvent<P>(raw);
        if (event === undefined) continue;
        if (event.type === 'state') this.#see(event.job);
        yield event;
        // A retried job has older ends among its events.
        if (event.type === 'state' && isFinal(event.state) && event.seq >= follower.newestSeq) return;
      }
    } finally {
      this.#followers.delete(follower);
    }
  }

  /** Looks first, then follows from exactly what it saw: an end in between is among the events that follow. */
  async #finalView({ signal, timeoutMs = Number.POSITIVE_INFINITY }: ResultOptions): Promise<JobView> {
    const { clock, idleMs } = this.#port;
    const startedAt = clock.now();
    const job = await this.#look({ ...(signal && { signal }), timeoutMs: Math.min(timeoutMs, idleMs) });
    if (isFinal(job.status)) return job;
    const follower = this.#follow(job.lastSeq, signal);
    const left = startedAt + timeoutMs - clock.now();
    const timer =
      left === Number.POSITIVE_INFINITY
        ? undefined
        : clock.after(Math.max(0, left), () => follower.fail(this.#tooLong(timeoutMs)));
    try {
      for await (const raw of follower) {
        const event = readJobEvent(raw);
        if (event?.type === 'state' && isFinal(this.#see(event.job).status)) return event.job;
      }
    } finally {
      timer?.cancel();
      this.#followers.delete(follower);
    }
    throw new CancelledError(
      'CANCELLED',
      `Stopped waiting for job "${this.id}": the handle was detached; the job goes on`,
    );
  }

  async #look(options: CallOptions<never>): Promise<JobView> {
    return this.#see(readJob(await this.#port.request('jobs/get', { jobId: this.id }, options)));
  }

  #follow(after: number, signal?: AbortSignal): TopicFollower {
    const follower = this.#port.follow(`jobs/${this.id}`, after, signal);
    this.#followers.add(follower);
    return follower;
  }

  #outcome(job: JobView): R {
    if (job.status === 'completed') return job.result as R;
    if (job.error !== undefined) throw errorFromWire(job.error, job.tool);
    if (job.status === 'canceled') throw new CancelledError('CANCELLED', `Job "${this.id}" was canceled`);
    throw new RpcClientError('TOOL_FAILED', `Job "${this.id}" failed and left no error`);
  }

  #tooLong(timeoutMs: number): TimeoutError {
    const sentence = `Stopped waiting for job "${this.id}" after ${timeoutMs} ms; the job goes on`;
    return new TimeoutError('total', sentence, { maybeExecuted: true });
  }

  /** Keeps the newest view: an iterator that replays old events must not turn the state back. */
  #see(job: JobView): JobView {
    if (job.lastSeq >= this.#seenSeq) {
      this.#seenSeq = job.lastSeq;
      this.#view = job;
    }
    return job;
  }
}
