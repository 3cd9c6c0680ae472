import type { JobView, Json, JsonObject } from '@callsheet/protocol';
import type { CallOptions } from './call-options.ts';
import type { Clock } from './clock.ts';
import { TimeoutError } from './errors.ts';
import { isFinal, type JobEvent, type JobState, readJob, readJobEvent } from './job-events.ts';
import { abortSignal, checkOptions, milliseconds } from './option-rules.ts';
import type { TopicFollower } from './subscriptions.ts';
import { errorFromWire } from './wire-errors.ts';

/** A job as `status()` tells it. */
export interface JobReport {
  readonly state: JobState;
  /** 0 to 1. */
  readonly progress: number;
  /** Milliseconds until it is done, when there is enough to estimate from. */
  readonly etaMs?: number | undefined;
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
  request(method: string, params: JsonObject, options?: CallOptions<never>): Promise<Json>;
  follow(topic: string, after: number, signal?: AbortSignal): TopicFollower;
}

/** `after`: the events up to this number are not wanted. */
export function remoteJob<R, P>(id: string, port: JobPort, after: number, known?: JobView): JobHandle<R, P> {
  const followers = new Set<TopicFollower>();
  let view = known;
  let isDetached = false;

  /** Keeps the newest view: an iterator that replays old events must not turn the state back. */
  const see = (job: JobView): JobView => {
    if (job.lastSeq >= (view?.lastSeq ?? 0)) view = job;
    return job;
  };

  const look = async (options?: CallOptions<never>): Promise<JobView> =>
    see(readJob(await port.request('jobs/get', { jobId: id }, options)));

  const stopped = (why: string): string => `Stopped waiting for job "${id}": ${why}`;

  /** Events up to the final state, until `endsAt` on the engine's clock. */
  async function* read(from: number, signal?: AbortSignal, endsAt?: number): AsyncGenerator<JobEvent<P>, void> {
    const { clock } = port;
    const follower = port.follow(`jobs/${id}`, from, signal);
    const late = (): void =>
      follower.fail(new TimeoutError('total', stopped('the time was up'), { maybeExecuted: true }));
    const timer = endsAt === undefined ? undefined : clock.after(Math.max(0, endsAt - clock.now()), late);
    followers.add(follower);
    try {
      for await (const raw of follower) {
        const event = readJobEvent<P>(raw);
        if (event === undefined) continue;
        const job = event.type === 'state' && see(event.job);
        yield event;
        // A retried job has older ends among its events.
        if (job && isFinal(job) && event.seq >= follower.newestSeq) return;
      }
    } finally {
      timer?.cancel();
      followers.delete(follower);
    }
  }

  return {
    id,

    get state() {
      return view?.status;
    },

    async status() {
      const job = await look();
      const { status: state, progress, estimatedRemaining: seconds } = job;
      return { state, progress, etaMs: seconds && seconds * 1_000, job };
    },

    async cancel(reason) {
      // Members that are undefined are left out by JSON itself.
      await port.request('jobs/cancel', { jobId: id, reason } as JsonObject);
    },

    /** Looks first, then follows from exactly what it saw: an end in between is among the events that follow. */
    async result(options = {}) {
      checkOptions(`wait for job "${id}"`, options, { signal: abortSignal, timeoutMs: milliseconds(1) });
      const { signal, timeoutMs } = options;
      const endsAt = timeoutMs && port.clock.now() + timeoutMs;
      // Of the final states only `completed` cannot be left again: the others may be retried.
      let job = view?.status === 'completed' ? view : await look(options);
      if (!isFinal(job)) {
        for await (const event of read(job.lastSeq, signal, endsAt)) if (event.type === 'state') job = event.job;
      }
      const { status, result, error, tool } = job;
      if (status === 'completed') return result as R;
      // Not final only where the handle was detached.
      throw errorFromWire(
        error ?? { code: status === 'failed' ? 5021 : 4990, message: stopped(`it is ${status}`) },
        tool,
      );
    },

    detach,
    async [Symbol.asyncDispose]() {
      detach();
    },

    async *[Symbol.asyncIterator]() {
      if (!isDetached) yield* read(after);
    },
  };

  function detach(): void {
    isDetached = true;
    for (const follower of followers) follower.end();
  }
}
