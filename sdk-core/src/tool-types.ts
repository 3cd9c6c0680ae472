import type { JobStatus, ProgressParams } from '@callsheet/protocol';
import type { Call } from './call.ts';
import type { CallOptions } from './call-options.ts';

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

/**
 * The arguments of a call of tool K; W is what they say of `wait_for_completion`. Of most tools just In, so that the compiler can
 * name what is missing; and In is always one, for generic code.
 */
export type Args<T, K extends keyof T, W extends boolean> =
  | In<T, K>
  | (T[K] extends { job: true; input: { wait_for_completion?: unknown } } ? In<T, K> & Waits<W> : never);

type Waits<W> = { readonly wait_for_completion?: W };

/** Arguments A of a tool that takes I, and options. They may be left out when I has no member that must be there. */
type Given<I, A, P> =
  Record<never, never> extends I ? [args?: A, options?: CallOptions<P>] : [args: A, options?: CallOptions<P>];

type PlainMethod<T, K extends keyof T> = T[K] extends { input: infer I }
  ? (...given: Given<I, I, Prog<T, K>>) => Call<Answer<T, K, false>, Prog<T, K>>
  : never;

// T stands nowhere behind `extends`: else a Client<Tools> would be no Client<unknown>.
/** Tool K as a method. */
export type ToolMethod<T, K extends keyof T> = T[K] extends { job: true; input: infer I }
  ? 'wait_for_completion' extends keyof I
    ? <W extends boolean = false>(...given: Given<I, I & Waits<W>, Prog<T, K>>) => Call<Answer<T, K, W>, Prog<T, K>>
    : PlainMethod<T, K>
  : PlainMethod<T, K>;

/** What a call of tool K answers: a job tool its handle, or with `wait_for_completion: true` the result, if it comes in time. */
export type Answer<T, K extends keyof T, W extends boolean = boolean> = K extends unknown
  ? T[K] extends { job: true }
    ? JobHandleView | (true extends W ? Out<T, K> : never)
    : Out<T, K>
  : never;
