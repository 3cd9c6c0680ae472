import { isFinal, type JobView, type Json, type JsonSchema, type Tool, type WireError } from '@callsheet/protocol';
import type { JobRunner } from '../jobs/runner.ts';
import { isoDuration } from './iso-duration.ts';
import { resultUrls } from './result-urls.ts';

/** What `get_generation_status` answers. Field names are those of the requirements. */
export interface GenerationStatus {
  readonly task_id: string;
  readonly status: string;
  /** 0 to 1. */
  readonly progress: number;
  readonly stage?: string;
  /** ISO 8601 duration. */
  readonly estimated_remaining?: string;
  /** Seconds. */
  readonly estimated_remaining_s?: number;
  readonly result_urls: readonly string[];
  /** ISO 8601, like the other two times. */
  readonly created_at: string;
  readonly started_at?: string;
  readonly completed_at?: string;
  readonly error?: WireError;
  readonly result?: Json;
}

const text = (description: string): JsonSchema => ({ type: 'string', description });
const time = (description: string): JsonSchema => ({ type: 'string', format: 'date-time', description });

const INPUT: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['task_id'],
  properties: {
    task_id: { type: 'string', minLength: 1, maxLength: 64, description: 'The task id a job tool answered' },
  },
};

const OUTPUT: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['task_id', 'status', 'progress', 'result_urls', 'created_at'],
  properties: {
    task_id: text('The task id asked for'),
    status: { enum: ['queued', 'in_progress', 'completed', 'failed', 'canceled'], description: 'Current state' },
    progress: { type: 'number', minimum: 0, maximum: 1, description: 'How much is done' },
    stage: text('What it works on now'),
    estimated_remaining: text('ISO 8601 duration, e.g. PT12S; missing while there is nothing to estimate from'),
    estimated_remaining_s: { type: 'number', minimum: 0, description: 'The same in seconds' },
    result_urls: { type: 'array', items: { type: 'string' }, description: 'Where to get the finished files' },
    created_at: time('When it was accepted'),
    started_at: time('When the newest attempt began'),
    completed_at: time('When it became final'),
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'integer' }, message: { type: 'string' }, data: { type: 'object' } },
      description: 'Why it failed or was canceled',
    },
    result: { description: 'What the tool answered, once completed' },
  },
};

/** The tool that tells how a job is doing. A job of somebody else is NOT_FOUND, like one that never was. */
export function generationStatusTool(runner: Pick<JobRunner, 'get'>): Tool<{ task_id: string }, GenerationStatus> {
  return {
    name: 'get_generation_status',
    title: 'Generation status',
    description: 'Tells how far a generation task is, how long it will still take, and where its results are.',
    category: 'monitoring',
    input: INPUT,
    output: OUTPUT,
    execution: 'call',
    idempotent: true,
    timeoutMs: 10_000,
    async run({ task_id }, ctx) {
      const job = runner.get(ctx.principal, task_id);
      const urls = job.result === undefined ? [] : await resultUrls(job.result, ctx.assets);
      return describe(job, urls);
    },
  };
}

function describe(job: JobView, urls: readonly string[]): GenerationStatus {
  const { jobId, status, progress, stage, createdAt, startedAt, completedAt, error, result } = job;
  const remaining = isFinal(status) ? 0 : job.estimatedRemaining;
  return {
    task_id: jobId,
    status,
    progress,
    ...(stage !== undefined && { stage }),
    ...(remaining !== undefined && { estimated_remaining: isoDuration(remaining), estimated_remaining_s: remaining }),
    result_urls: urls,
    created_at: createdAt,
    ...(startedAt !== undefined && { started_at: startedAt }),
    ...(completedAt !== undefined && { completed_at: completedAt }),
    ...(error !== undefined && { error }),
    ...(result !== undefined && { result }),
  };
}
