import type { WireError } from './call-error.ts';
import type { CallMeta } from './calls.ts';
import type { Json, JsonObject } from './json.ts';

/**
 * queued: waits for a slot · in_progress: an attempt runs · completed: has a result · failed: has an error ·
 * canceled: the owner stopped it. The last three are final.
 */
export type JobStatus = 'queued' | 'in_progress' | 'completed' | 'failed' | 'canceled';

export const FINAL_STATUSES: readonly JobStatus[] = ['completed', 'failed', 'canceled'];

/** True when nothing will change any more. */
export function isFinal(status: JobStatus): boolean {
  return FINAL_STATUSES.includes(status);
}

/** A job as its owner sees it. */
export interface JobView {
  readonly jobId: string;
  readonly tool: string;
  readonly project: string;
  readonly status: JobStatus;
  /** 0 to 1, never falling within one attempt. */
  readonly progress: number;
  readonly stage?: string;
  /** 0 to 1. */
  readonly stageProgress?: number;
  readonly message?: string;
  /** Seconds, when there is enough to estimate from. */
  readonly estimatedRemaining?: number;
  /** 1 = next; only while queued. */
  readonly queuePosition?: number;
  /** How often it was started. */
  readonly attempt: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly completedAt?: string;
  /** The newest event's number on topic `jobs/<id>`. */
  readonly lastSeq: number;
  readonly result?: Json;
  readonly error?: WireError;
}

/** What happened to a job; numbered without gaps on its topic. */
export type JobEvent =
  | { readonly type: 'state'; readonly job: JobView }
  | {
      readonly type: 'progress';
      readonly jobId: string;
      readonly progress: number;
      readonly stage: string;
      readonly stageProgress?: number;
      readonly message?: string;
      readonly estimatedRemaining?: number;
    };

export interface JobSubmitParams {
  readonly name: string;
  readonly arguments?: JsonObject;
  readonly _meta?: CallMeta;
}

export interface JobListParams {
  readonly status?: JobStatus;
  readonly tool?: string;
  readonly project?: string;
  /** 1 to 200; 50 when not said. */
  readonly limit?: number;
  readonly cursor?: string;
}

export interface JobListResult {
  readonly jobs: readonly JobView[];
  readonly nextCursor?: string;
}

/** `events/event`: one thing that happened on a topic the session follows. */
export interface EventParams {
  readonly subscription: string;
  readonly topic: string;
  /** Gapless per topic, starting at 1. */
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly data: Json;
}
