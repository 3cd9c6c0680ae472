import { isJsonObject, type JobStatus, type JobView, type Json } from '@callsheet/protocol';
import type { TopicEvent } from './topic-event.ts';
import { unreadable } from './wire-errors.ts';

/** Where a job stands; the protocol's own words. */
export type JobState = JobStatus;

/** What a job says about its work, unless its tool's type says otherwise. */
export interface JobProgress {
  /** Machine name of the stage, e.g. `render`. */
  readonly stage: string;
  /** How far the stage itself is, 0 to 1. */
  readonly stageProgress?: number;
  /** One short line for a person. */
  readonly message?: string;
  /** Seconds. */
  readonly estimatedRemaining?: number;
}

/** One event of a job, numbered without gaps from 1. */
export type JobEvent<P = JobProgress> = {
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
} & (
  | { readonly type: 'state'; readonly state: JobState; readonly job: JobView }
  | {
      readonly type: 'progress';
      /** How far the whole job is, 0 to 1. */
      readonly progress: number;
      readonly data: P;
    }
);

/** True when nothing will change any more, unless somebody retries the job. */
export function isFinal({ status }: JobView): boolean {
  return ['completed', 'failed', 'canceled'].includes(status);
}

/** Reads a job as the server shows it. Throws PROTOCOL when it is not one. */
export function readJob(value: Json | undefined): JobView {
  if (isJsonObject(value) && typeof value.jobId === 'string' && typeof value.status === 'string') {
    return value as unknown as JobView;
  }
  throw unreadable('the job');
}

/** Reads an event of the topic `jobs/<id>`; undefined for kinds that this version does not know. */
export function readJobEvent<P>({ seq, at, data }: TopicEvent): JobEvent<P> | undefined {
  const { type, job, jobId: _jobId, progress, ...rest } = isJsonObject(data) ? data : {};
  if (type === 'state') {
    const view = readJob(job);
    return { seq, at, type, state: view.status, job: view };
  }
  return type === 'progress' && typeof progress === 'number' ? { seq, at, type, progress, data: rest as P } : undefined;
}
