import { ERRORS, type JobObservation } from '@callsheet/protocol';
import { isStageName } from '../../observe/stages.ts';
import { ATTRIBUTE, EXECUTE_TOOL, OTHER } from '../conventions.ts';
import type { SpanEnd } from '../open-span.ts';
import type { SpanAttributes } from '../span.ts';

/** One run of a job, from when a worker was found for it. */
export interface JobRun {
  readonly jobId: string;
  readonly tool: string;
  readonly startMs: number;
  /** Undefined when it began before anybody listened. */
  readonly attempt: number | undefined;
  readonly waitMs: number | undefined;
}

/** The end of a run, as it was told. */
export type JobRunEnd = Extract<JobObservation, { type: 'ended' | 'interrupted' | 'retried' }>;

export function describeJobRun(
  { jobId, tool, startMs, attempt, waitMs }: JobRun,
  end: JobRunEnd,
  endMs: number,
): SpanEnd {
  const outcome = end.type === 'ended' ? end.outcome : end.type;
  // Whoever cancels a job wanted it so.
  const failed = outcome !== 'completed' && outcome !== 'canceled';
  const attributes: SpanAttributes = {
    [ATTRIBUTE.operation]: EXECUTE_TOOL,
    [ATTRIBUTE.tool]: tool,
    [ATTRIBUTE.jobId]: jobId,
    [ATTRIBUTE.jobOutcome]: outcome,
  };
  if (attempt !== undefined) attributes[ATTRIBUTE.attempt] = attempt;
  if (waitMs !== undefined) attributes[ATTRIBUTE.jobWaitMs] = waitMs;
  if (failed) attributes[ATTRIBUTE.errorType] = end.type === 'ended' ? errorType(end.error) : outcome;
  return { name: `job ${tool}`, kind: 'consumer', startMs, endMs, attributes, failed };
}

/** A stage of a run that is done. */
export function describeStage(
  { jobId, tool, stage: said, durationMs }: Extract<JobObservation, { type: 'stage' }>,
  endMs: number,
): SpanEnd {
  const stage = isStageName(said) ? said : OTHER;
  return {
    name: `stage ${stage}`,
    kind: 'internal',
    startMs: endMs - durationMs,
    endMs,
    attributes: { [ATTRIBUTE.tool]: tool, [ATTRIBUTE.jobId]: jobId, [ATTRIBUTE.stage]: stage },
    failed: false,
  };
}

/** Its name; words of an error may hold anything. */
function errorType(error: string | undefined): string {
  return error !== undefined && Object.hasOwn(ERRORS, error) ? error : OTHER;
}
