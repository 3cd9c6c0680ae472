import {
  CallError,
  isFinal,
  type JobView,
  type Json,
  type JsonObject,
  type Principal,
  type ProgressReport,
} from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { JobEvents } from '../jobs/events.ts';
import type { JobRunner } from '../jobs/runner.ts';

/** What `tools/call` answers for a job tool that is not waited for. Field names are those of the requirements. */
export type JobHandle = JsonObject & {
  readonly task_id: string;
  /** The same id, under the name job methods use. */
  readonly job_id: string;
  readonly status: string;
  /** 0 to 1. */
  readonly progress: number;
  /** ISO 8601, when there is something to estimate from. */
  readonly estimated_completion?: string;
};

export function jobHandle(job: JobView, nowMs: number): JobHandle {
  const { jobId, status, progress, estimatedRemaining } = job;
  return {
    task_id: jobId,
    job_id: jobId,
    status,
    progress,
    ...(estimatedRemaining !== undefined && {
      estimated_completion: new Date(nowMs + estimatedRemaining * 1_000).toISOString(),
    }),
  };
}

/** Whether a caller of a job tool wants to wait, and how long. */
export interface Waiting {
  readonly wait: boolean;
  readonly timeoutMs: number;
}

const DEFAULT_TIMEOUT_S = 300;
const MAX_TIMEOUT_S = 3_600;

/**
 * Takes `wait_for_completion` and `timeout_s` out of the arguments: they are about the call, not about the work, so that a
 * repetition with another patience is still the same job.
 */
export function takeWaiting(args: JsonObject): { readonly waiting: Waiting; readonly toolArgs: JsonObject } {
  const { wait_for_completion: wait, timeout_s: timeout, ...toolArgs } = args;
  const seconds = typeof timeout === 'number' && timeout > 0 ? Math.min(timeout, MAX_TIMEOUT_S) : DEFAULT_TIMEOUT_S;
  return { waiting: { wait: wait === true, timeoutMs: seconds * 1_000 }, toolArgs };
}

export interface AwaitedJob {
  readonly runner: JobRunner;
  readonly events: JobEvents;
  readonly clock: Clock;
  readonly principal: Principal;
  readonly jobId: string;
  readonly waiting: Waiting;
  /** Where the progress of the job goes while it is waited for; absent when nobody asked for it. */
  readonly progress?: ((report: ProgressReport) => void) | undefined;
  /** The caller lost interest; the job goes on. */
  readonly signal: AbortSignal;
}

/**
 * The answer of a job tool to `tools/call`: its result when it was waited for and came in time, otherwise its handle.
 * Rejects with the job's own error when it failed, and with CANCELLED when it or the call was canceled.
 */
export async function answerOfJob(call: AwaitedJob): Promise<Json> {
  const { runner, principal, jobId, clock, waiting } = call;
  if (waiting.wait) await finalOrTimeout(call);
  const job = runner.get(principal, jobId);
  if (!waiting.wait || !isFinal(job.status)) return jobHandle(job, clock.now());
  if (job.status === 'completed') return job.result ?? null;
  throw CallError.fromWire(job.error ?? new CallError('CANCELLED', `The job "${jobId}" was canceled`).toWire());
}

function finalOrTimeout(call: AwaitedJob): Promise<void> {
  const { runner, events, principal, jobId, waiting, clock, progress, signal } = call;
  if (isFinal(runner.get(principal, jobId).status)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      stopWaiting();
      cancelTimer();
      signal.removeEventListener('abort', stop);
      settle();
    };
    const stop = (): void =>
      end(() =>
        reject(new CallError('CANCELLED', `The caller stopped waiting for the job "${jobId}"; the job goes on`)),
      );
    // Nothing can happen between the question above and this line. Older events may tell of an attempt before a retry.
    const stopWaiting = events.watch(jobId, {
      onFinal: () => end(resolve),
      onProgress:
        progress &&
        (({ progress: fraction, stage, stageProgress, message }) =>
          progress({
            ...{ fraction, stage },
            ...(stageProgress !== undefined && { stageFraction: stageProgress }),
            ...(message !== undefined && { message }),
          })),
    });
    const cancelTimer = clock.after(waiting.timeoutMs, () => end(resolve));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
}
