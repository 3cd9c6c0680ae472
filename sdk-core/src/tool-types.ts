import type { JobStatus, ProgressParams } from '@callsheet/protocol';

/**
 * A client's tools as a type: name → `{ input, output, progress?, job? }`; `job: true` says that a call starts a job.
 * `AnyTools` is the untyped default: every name, whatever arguments, an unknown result.
 */
export type AnyTools = Record<string, { input: object; output: unknown }>;

/** The arguments of tool K. */
export type In<T, K extends keyof T> = T[K] extends { input: infer I } ? I : never;
/** The result of tool K. */
export type Out<T, K extends keyof T> = T[K] extends { output: infer O } ? O : never;
/** A progress report of tool K. */
export type Prog<T, K extends keyof T> = T[K] extends { progress: infer P } ? P : Progress;

/** How far a call is; what tools report unless their type says otherwise. */
export type Progress = Omit<ProgressParams, 'progressToken'>;

/** What a call of a job tool answers that does not wait for the job, or no longer. */
export interface JobHandleView {
  readonly task_id: string;
  /** The same id: `client.job(job_id)` takes the job up. */
  readonly job_id: string;
  readonly status: JobStatus;
  /** 0 to 1. */
  readonly progress: number;
  /** ISO 8601, when there is something to estimate from. */
  readonly estimated_completion?: string;
}

/** The arguments of a call of tool K; W is what they say of `wait_for_completion`. A plain In is one too, for generic code. */
export type Args<T, K extends keyof T, W extends boolean> =
  | In<T, K>
  | (In<T, K> & { readonly wait_for_completion?: 'wait_for_completion' extends keyof In<T, K> ? W : never });

/** What a call of tool K answers: a job tool its handle, or with `wait_for_completion: true` the result, if it comes in time. */
export type Answer<T, K extends keyof T, W extends boolean = boolean> = K extends unknown
  ? T[K] extends { job: true }
    ? JobHandleView | (true extends W ? Out<T, K> : never)
    : Out<T, K>
  : never;
