import type { AttemptObservation, WorkObservation } from '@callsheet/protocol';
import { ATTRIBUTE, EXECUTE_TOOL } from '../conventions.ts';
import type { SpanEnd } from '../open-span.ts';
import type { SpanAttributes } from '../span.ts';
import type { WallClock } from '../wall-clock.ts';

const METHOD = 'tools/call';

/** An attempt that has ended, as the gateway saw it: it is the worker's client. */
export function describeAttempt(attempt: AttemptObservation, clock: WallClock): SpanEnd {
  const { tool, jobId, outcome, error } = attempt;
  const attributes: SpanAttributes = {
    [ATTRIBUTE.method]: METHOD,
    [ATTRIBUTE.operation]: EXECUTE_TOOL,
    [ATTRIBUTE.tool]: tool,
    [ATTRIBUTE.worker]: attempt.worker,
    [ATTRIBUTE.workerId]: attempt.workerId,
    [ATTRIBUTE.strategy]: attempt.strategy,
    [ATTRIBUTE.attempt]: attempt.attempt,
  };
  if (outcome !== undefined) attributes[ATTRIBUTE.attemptOutcome] = outcome;
  if (jobId !== undefined) attributes[ATTRIBUTE.jobId] = jobId;
  if (error !== undefined) attributes[ATTRIBUTE.errorType] = error.errorName;
  return {
    name: `${METHOD} ${tool}`,
    kind: 'client',
    startMs: clock.wall(attempt.startedAt),
    endMs: clock.wall(attempt.endedAt),
    attributes,
    failed: error !== undefined,
  };
}

/** How the worker worked on it. */
export function describeWork({ tool, worker, startedAt, durationMs, error }: WorkObservation): SpanEnd {
  const attributes: SpanAttributes = {
    [ATTRIBUTE.method]: METHOD,
    [ATTRIBUTE.operation]: EXECUTE_TOOL,
    [ATTRIBUTE.tool]: tool,
    [ATTRIBUTE.worker]: worker,
  };
  if (error !== undefined) attributes[ATTRIBUTE.errorType] = error.errorName;
  return {
    name: `${METHOD} ${tool}`,
    kind: 'server',
    startMs: startedAt,
    endMs: startedAt + durationMs,
    attributes,
    failed: error !== undefined,
  };
}
