import type { AttemptObservation, CallError } from '@callsheet/protocol';
import type { Attempt } from './attempt.ts';

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
