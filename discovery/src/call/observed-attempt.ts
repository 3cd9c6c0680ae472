import type { AttemptObservation, CallError } from '@callsheet/protocol';
import type { Attempt } from './attempt.ts';

/**
 * Whether somebody follows what the attempt belongs to (the flag `sampled` of W3C Trace Context §3.2.2.5.1): the others are only counted,
 * and numbers that are read when somebody looks cost less than a message.
 */
export function isSampled(traceparent: string | undefined): traceparent is string {
  return traceparent !== undefined && /[13579bdf]$/.test(traceparent);
}

/** One attempt, told to those who listen. A class, because those who listen read its members for every call. */
export class ObservedAttempt implements AttemptObservation {
  readonly tool: string;
  readonly worker: string;
  readonly workerId: string;
  readonly strategy: string;
  readonly attempt: number;
  readonly jobId: string | undefined;
  readonly parent: string | undefined;
  readonly startedAt: number;
  endedAt = 0;
  outcome: AttemptObservation['outcome'] = undefined;
  error: CallError | undefined = undefined;
  traceparent: string | undefined = undefined;
  note: unknown = undefined;

  constructor({ tool, seat, attempt, job }: Attempt, strategy: string, parent: string | undefined, startedAt: number) {
    this.tool = tool;
    this.worker = seat.worker.facts.name;
    this.workerId = seat.id;
    this.strategy = strategy;
    this.attempt = attempt;
    this.jobId = job?.id;
    this.parent = parent;
    this.startedAt = startedAt;
  }
}
