import type { JobObservation } from '@callsheet/protocol';
import { jobStep } from '../channels.ts';
import type { Clock } from '../clock.ts';
import type { LoggedEvent } from './event-log.ts';
import type { JobRecord } from './job-record.ts';
import type { Ledger, LedgerStep } from './ledger.ts';

/** What is remembered of a job between its steps. Times in milliseconds since the epoch. */
interface Course {
  queuedAt: number;
  stage: string | undefined;
  stageSince: number;
}

type Told<Step> = Step extends JobObservation ? Omit<Step, 'jobId' | 'tool' | 'principalId' | 'parent'> : never;

/**
 * Tells what becomes of jobs, once it is on disk. What an earlier process knew of a job is not known here: its stage begins
 * with the next report. The answer ends it.
 */
export function observeJobs(ledger: Pick<Ledger, 'listen'>, clock: Pick<Clock, 'now'>): () => void {
  const courses = new Map<string, Course>();
  const courseOf = (job: JobRecord): Course => {
    let course = courses.get(job.id);
    if (course === undefined) {
      course = { queuedAt: job.createdAt, stage: undefined, stageSince: 0 };
      courses.set(job.id, course);
    }
    return course;
  };
  const tell = (job: JobRecord, told: Told<JobObservation>): void => {
    const { id: jobId, tool, principal, terms } = job;
    jobStep.publish({ jobId, tool, principalId: principal.id, parent: terms.trace.traceparent, ...told });
  };
  const stageOver = (job: JobRecord, now: number): void => {
    const course = courseOf(job);
    const { stage, stageSince } = course;
    if (stage !== undefined) tell(job, { type: 'stage', stage, durationMs: Math.max(0, now - stageSince) });
    course.stage = undefined;
  };
  const take: Readonly<Record<LedgerStep, (job: JobRecord, event: LoggedEvent, now: number) => void>> = {
    submit: (job) => {
      courseOf(job);
      tell(job, { type: 'submitted' });
    },
    start: (job, _event, now) => {
      const waitMs = Math.max(0, now - courseOf(job).queuedAt);
      tell(job, { type: 'started', waitMs, attempt: job.attempt });
    },
    progress: (job, event, now) => {
      const course = courseOf(job);
      const stage = event.detail.type === 'progress' ? event.detail.report.stage : undefined;
      if (stage === course.stage) return;
      stageOver(job, now);
      course.stage = stage;
      course.stageSince = now;
    },
    end: (job, _event, now) => {
      stageOver(job, now);
      courses.delete(job.id);
      const { status, error, startedAt, createdAt, completedAt = now } = job;
      if (status === 'queued' || status === 'in_progress') return;
      const durationMs = Math.max(0, completedAt - (startedAt ?? createdAt));
      tell(job, { type: 'ended', outcome: status, durationMs, error: error?.data?.name });
    },
    requeue: (job, _event, now) => {
      stageOver(job, now);
      courseOf(job).queuedAt = now;
      tell(job, { type: 'interrupted' });
    },
    retry: (job, _event, now) => {
      courseOf(job).queuedAt = now;
      tell(job, { type: 'retried' });
    },
  };
  return ledger.listen((event, job, step) => {
    if (jobStep.hasSubscribers) take[step](job, event, clock.now());
  });
}
