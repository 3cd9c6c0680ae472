import { isFinal, type JobEvent, type JobView, type Json } from '@callsheet/protocol';
import type { LoggedEvent } from './event-log.ts';
import type { JobRecord } from './job-record.ts';

/** What only a moment knows about a job. */
export interface JobMoment {
  readonly result?: Json | undefined;
  /** 1 = next. */
  readonly queuePosition?: number | undefined;
  /** Seconds. */
  readonly estimatedRemaining?: number | undefined;
}

/** A job as its owner sees it. */
export function viewJob(job: JobRecord, moment: JobMoment = {}): JobView {
  const { report, startedAt, completedAt, error } = job;
  const { result, queuePosition, estimatedRemaining = job.report?.estimatedRemaining } = moment;
  return {
    jobId: job.id,
    tool: job.tool,
    project: job.project,
    status: job.status,
    progress: job.progress,
    ...(report !== undefined && viewReport(report)),
    ...(estimatedRemaining !== undefined && !isFinal(job.status) && { estimatedRemaining }),
    ...(queuePosition !== undefined && { queuePosition }),
    attempt: job.attempt,
    createdAt: isoTime(job.createdAt),
    ...(startedAt !== undefined && { startedAt: isoTime(startedAt) }),
    ...(completedAt !== undefined && { completedAt: isoTime(completedAt) }),
    lastSeq: job.lastSeq,
    ...(result !== undefined && { result }),
    ...(error !== undefined && { error }),
  };
}

/** An event as its owner sees it. `job` is the record it belongs to, at any time; the event says what was true at its own. */
export function viewEvent(event: LoggedEvent, job: JobRecord, result: Json | undefined): JobEvent {
  const { detail, jobId, seq } = event;
  if (detail.type === 'progress') {
    const { estimatedRemaining } = detail.report;
    return {
      type: 'progress',
      jobId,
      progress: detail.progress,
      ...viewReport(detail.report),
      ...(estimatedRemaining !== undefined && { estimatedRemaining }),
    };
  }
  const { n, id, principal, tool, project, priority, createdAt, terms, refused } = job;
  const same = { n, id, principal, tool, project, priority, createdAt, terms, refused };
  const then: JobRecord = { ...same, lastSeq: seq, ...detail };
  return { type: 'state', job: viewJob(then, { result: detail.status === 'completed' ? result : undefined }) };
}

/** Copies the members by name, so that nothing else ever gets out. */
function viewReport(report: NonNullable<JobRecord['report']>) {
  const { stage, stageProgress, message } = report;
  return {
    stage,
    ...(stageProgress !== undefined && { stageProgress }),
    ...(message !== undefined && { message }),
  };
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
