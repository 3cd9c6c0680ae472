import type { JobStatus, WireError } from '@callsheet/protocol';
import type { Row } from '../engine/embedded/driver.ts';
import type { EmbeddedEngine } from '../engine/embedded/engine.ts';
import { type JobReport, parsed } from './job-record.ts';
import { OwnerNumbers } from './owner-numbers.ts';

/** What changed; the rest of a job's view is in its record. */
export type EventDetail =
  | {
      readonly type: 'state';
      readonly status: JobStatus;
      readonly attempt: number;
      readonly progress: number;
      readonly report?: JobReport;
      readonly startedAt?: number;
      readonly completedAt?: number;
      readonly error?: WireError;
    }
  | { readonly type: 'progress'; readonly progress: number; readonly report: JobReport };

/** One event, numbered twice: on its job's own topic and on the topic of its owner's jobs. */
export interface LoggedEvent {
  readonly job: number;
  readonly jobId: string;
  readonly owner: string;
  readonly seq: number;
  readonly ownerSeq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly detail: EventDetail;
}

/** The job an event belongs to, and its number there. */
export interface EventPlace {
  readonly n: number;
  readonly id: string;
  readonly owner: string;
  readonly lastSeq: number;
}

const COLUMNS = 'e.job, j.id, e.owner, e.seq, e.owner_seq, e.at, e.detail FROM job_events e JOIN jobs j ON j.n = e.job';

/** Events in the order they happened. Numbers have no gaps until retention removes the oldest. */
export class EventLog {
  readonly #engine: EmbeddedEngine;
  readonly #numbers: OwnerNumbers;

  constructor(engine: EmbeddedEngine) {
    this.#engine = engine;
    this.#numbers = new OwnerNumbers(engine);
  }

  /** Inside a write only, together with the change it tells of. */
  append(place: EventPlace, at: number, detail: EventDetail): LoggedEvent {
    const { n: job, id: jobId, owner, lastSeq: seq } = place;
    const ownerSeq = this.#numbers.next(owner);
    this.#engine
      .prepare('INSERT INTO job_events (job, seq, owner, owner_seq, at, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)')
      .run(job, seq, owner, ownerSeq, at, JSON.stringify(detail));
    return { job, jobId, owner, seq, ownerSeq, at, detail };
  }

  /** Events of one job after number `after`. */
  ofJob(job: number, after: number, limit: number): LoggedEvent[] {
    return this.#engine
      .prepare(`SELECT ${COLUMNS} WHERE e.job = ?1 AND e.seq > ?2 ORDER BY e.seq LIMIT ?3`)
      .all(job, after, limit)
      .map(parseEvent);
  }

  /** Events of all jobs of one owner after number `after`. */
  ofOwner(owner: string, after: number, limit: number): LoggedEvent[] {
    return this.#engine
      .prepare(`SELECT ${COLUMNS} WHERE e.owner = ?1 AND e.owner_seq > ?2 ORDER BY e.owner_seq LIMIT ?3`)
      .all(owner, after, limit)
      .map(parseEvent);
  }

  /** Number of the newest event of an owner's jobs; 0 before the first. */
  lastOfOwner(owner: string): number {
    return this.#numbers.stored(owner);
  }
}

function parseEvent(row: Row): LoggedEvent {
  return {
    job: Number(row.job),
    jobId: String(row.id),
    owner: String(row.owner),
    seq: Number(row.seq),
    ownerSeq: Number(row.owner_seq),
    at: Number(row.at),
    detail: parsed<EventDetail>(row.detail),
  };
}
