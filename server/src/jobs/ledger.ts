import {
  CallError,
  isFinal,
  type Json,
  type JsonObject,
  type Principal,
  type TraceContext,
  type WireError,
} from '@callsheet/protocol';
import { type MayTouch, ownerOnly } from '../auth/ownership.ts';
import type { Clock } from '../clock.ts';
import type { SqlValue } from '../engine/embedded/driver.ts';
import type { EmbeddedEngine } from '../engine/embedded/engine.ts';
import { type EventDetail, EventLog, type LoggedEvent } from './event-log.ts';
import { fingerprint, hashKey } from './idempotency.ts';
import { JobIds, type RandomBytes } from './job-id.ts';
import { JobReader } from './job-reader.ts';
import {
  fromBytes,
  type JobRecord,
  type JobReport,
  type JobTerms,
  parsed,
  parseRecord,
  RECORD_COLUMNS,
  toBytes,
} from './job-record.ts';
import { tooManyUnfinished } from './limits.ts';
import { MemoStore } from './memo-store.ts';
import { pruneFinishedJobs } from './retention.ts';
import { JOB_TABLES } from './schema.ts';

/** A job to accept. */
export interface JobRequest {
  readonly principal: Principal;
  readonly tool: string;
  readonly args: JsonObject;
  readonly project: string;
  /** 0 (last) to 9 (first); 5 when not said. */
  readonly priority?: number;
  /** The same principal, tool, key and arguments mean the same job. */
  readonly idempotencyKey?: string;
  readonly dryRun?: boolean;
  readonly trace?: TraceContext;
  /** Milliseconds one attempt may take, when shorter than the tool's own bound. */
  readonly timeoutMs?: number;
  /** Tags and version must fit wherever it runs; affinity and zone are preferred. */
  readonly route?: JobTerms['route'];
}

/** What a retry changes of a job; what is not said stays as it was. */
export interface RetryChanges {
  /** The owner, with the role and the scopes it has now. */
  readonly principal?: Principal;
  readonly args?: JsonObject;
}

/** How an attempt ended. `result` is JSON text. */
export type Outcome =
  | { readonly status: 'completed'; readonly result: string }
  | { readonly status: 'failed'; readonly error: WireError };

/** The fence: an attempt may speak while it is the newest one and runs. */
const CURRENT = `n = ?1 AND attempt = ?2 AND status = 'in_progress'`;

/** What a change of a job was; `end`: it became final, however. */
export type LedgerStep = 'submit' | 'start' | 'progress' | 'end' | 'retry' | 'requeue';

type LedgerListener = (event: LoggedEvent, job: JobRecord, step: LedgerStep) => void;

interface Change {
  readonly job: JobRecord;
  readonly event: LoggedEvent;
}

export interface LedgerParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: RandomBytes;
  /** Who may see and stop whose jobs; their owners alone when not said. */
  readonly mayTouch?: MayTouch;
}

/**
 * The durable truth about jobs: every change of state and its event are one transaction, and listeners hear of it only
 * when it is on disk.
 *
 * queued → in_progress (start) → completed | failed (finish); queued, in_progress → canceled (cancel); failed, canceled →
 * queued (retry); in_progress → queued (requeue, after the death of the process that ran it).
 */
export class Ledger {
  readonly events: EventLog;
  readonly memos: MemoStore;
  readonly read: JobReader;
  readonly #engine: EmbeddedEngine;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #ids: JobIds;
  readonly #listeners = new Set<LedgerListener>();

  constructor(engine: EmbeddedEngine, parts: LedgerParts) {
    engine.migrate('jobs', JOB_TABLES);
    this.#engine = engine;
    this.#clock = parts.clock;
    this.#ids = new JobIds(parts.random);
    this.events = new EventLog(engine);
    this.memos = new MemoStore(engine);
    this.read = new JobReader(engine, parts.mayTouch ?? ownerOnly);
  }

  /** Calls back for every event after its commit, in order, with the job as it is then. The answer ends it. */
  listen(listener: LedgerListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The job an idempotency key already names. Throws IDEMPOTENCY_MISMATCH. */
  replayed(request: JobRequest): JobRecord | undefined {
    const key = keyOf(request);
    return key === undefined ? undefined : this.read.byKey(key.hash, key.print);
  }

  /**
   * Accepts a job, or answers the one its idempotency key already names. Rejects with IDEMPOTENCY_MISMATCH, STORAGE_FULL,
   * and with TOO_MANY_IN_FLIGHT when the owner has `most` unfinished jobs.
   */
  async submit(
    request: JobRequest,
    most = Number.POSITIVE_INFINITY,
  ): Promise<{ readonly job: JobRecord; readonly created: boolean }> {
    const { principal, tool, project, priority = 5, dryRun = false, trace = {}, timeoutMs, route } = request;
    const terms: JobTerms = {
      role: principal.role,
      scopes: principal.scopes,
      trace,
      dryRun,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(route !== undefined && { route }),
    };
    const termsText = JSON.stringify(terms);
    const args = toBytes(JSON.stringify(request.args));
    const key = keyOf(request);
    return this.#change('submit', () => {
      // Asked again here: the same key may have come twice in one turn.
      const known = key && this.read.byKey(key.hash, key.print);
      if (known !== undefined) return { job: known, created: false };
      this.#keepBelow(most, principal);
      const createdAt = this.#clock.now();
      const id = this.#ids.next(createdAt);
      const row = this.#engine
        .prepare(
          `INSERT INTO jobs (id, owner, tool, project, priority, status, attempt, last_seq, progress, created_at, terms,
             key_hash, fingerprint, args)
           VALUES (?1, ?2, ?3, ?4, ?5, 'queued', 0, 1, 0, ?6, ?7, ?8, ?9, ?10) RETURNING n`,
        )
        .get(
          id,
          principal.id,
          tool,
          project,
          priority,
          createdAt,
          termsText,
          key?.hash ?? null,
          key?.print ?? null,
          args,
        );
      const fresh = { status: 'queued', attempt: 0, refused: 0, lastSeq: 1, progress: 0 } as const;
      const job: JobRecord = { n: Number(row?.n), id, principal, tool, project, priority, createdAt, terms, ...fresh };
      return { job, created: true, event: this.#log(job) };
    });
  }

  /**
   * Begins the next attempt of a waiting job; undefined when it does not wait any more. Where it will be is on disk before it
   * is sent there: a gateway killed in between must not run it in a second place.
   */
  async start(job: JobRecord, worker?: string): Promise<{ readonly job: JobRecord; readonly args: Json } | undefined> {
    return this.#change('start', () => {
      const startedAt = this.#clock.now();
      const row = this.#engine
        .prepare(
          `UPDATE jobs SET last_seq = last_seq + 1, status = 'in_progress', attempt = attempt + 1, started_at = ?2,
             worker = ?3 WHERE n = ?1 AND status = 'queued' RETURNING last_seq, attempt, args`,
        )
        .get(job.n, startedAt, worker ?? null);
      if (row === undefined) return undefined;
      const { last_seq: lastSeq, attempt, args } = row;
      const now = {
        ...job,
        status: 'in_progress' as const,
        attempt: Number(attempt),
        lastSeq: Number(lastSeq),
        startedAt,
        ...(worker !== undefined && { worker }),
      };
      return { job: now, args: fromBytes(args) ?? {}, event: this.#log(now) };
    });
  }

  /** Notes how far an attempt is; false when it is not the current one. `job` is the record `start` answered. */
  async progress(job: JobRecord, fraction: number, report: JobReport): Promise<boolean> {
    const text = JSON.stringify(report);
    const noted = await this.#change('progress', () => {
      const row = this.#engine
        .prepare(
          `UPDATE jobs SET last_seq = last_seq + 1, progress = ?3, report = ?4 WHERE ${CURRENT} RETURNING last_seq`,
        )
        .get(job.n, job.attempt, fraction, text);
      if (row === undefined) return undefined;
      const now = { ...job, lastSeq: Number(row.last_seq) };
      return { job: now, event: this.#log(now, { type: 'progress', progress: fraction, report }) };
    });
    return noted !== undefined;
  }

  /**
   * Ends an attempt; false when it is not the current one: the outcome of an older attempt has no effect. `job` is the
   * record `start` answered.
   */
  async finish(job: JobRecord, outcome: Outcome): Promise<boolean> {
    const { status } = outcome;
    const result = status === 'completed' ? toBytes(outcome.result) : null;
    const error = status === 'failed' ? JSON.stringify(outcome.error) : null;
    const ended = await this.#change('end', () => {
      const completedAt = this.#clock.now();
      const row = this.#engine
        .prepare(
          `UPDATE jobs SET last_seq = last_seq + 1, status = ?3, completed_at = ?4, result = ?5, error = ?6,
             worker = NULL, progress = iif(?5 IS NULL, progress, 1) WHERE ${CURRENT} RETURNING last_seq, progress, report`,
        )
        .get(job.n, job.attempt, status, completedAt, result, error);
      if (row === undefined) return undefined;
      const now: JobRecord = {
        ...job,
        status,
        completedAt,
        lastSeq: Number(row.last_seq),
        progress: Number(row.progress),
        ...(typeof row.report === 'string' && { report: parsed<JobReport>(row.report) }),
        ...(status === 'failed' && { error: outcome.error }),
      };
      return { job: now, event: this.#log(now) };
    });
    return ended !== undefined;
  }

  /** Stops a job that is not final. Rejects with CONFLICT when it is. */
  async cancel(id: string, reason = 'The owner canceled the job'): Promise<JobRecord> {
    const error = JSON.stringify(new CallError('CANCELLED', reason).toWire());
    const change = await this.#change('end', () =>
      this.#update(
        `status = 'canceled', completed_at = ?2, error = ?3, worker = NULL`,
        `id = ?1 AND status IN ('queued', 'in_progress')`,
        [id, this.#clock.now(), error],
      ),
    );
    return change?.job ?? this.#refuse(id, 'cancel', 'only a queued or running job can be canceled');
  }

  /**
   * Puts a failed or canceled job back into the queue, its memos kept. Rejects with CONFLICT in any other state, and with
   * TOO_MANY_IN_FLIGHT when its owner has `most` unfinished jobs.
   */
  async retry(id: string, changes: RetryChanges = {}, most = Number.POSITIVE_INFINITY): Promise<JobRecord> {
    const args = changes.args === undefined ? null : toBytes(JSON.stringify(changes.args));
    const change = await this.#change('retry', () => {
      const known = this.read.byId(id);
      if (known === undefined || !isFinal(known.status) || known.status === 'completed') return undefined;
      const principal = changes.principal ?? known.principal;
      this.#keepBelow(most, principal);
      const terms: JobTerms = { ...known.terms, role: principal.role, scopes: principal.scopes };
      return this.#update(
        `status = 'queued', progress = 0, report = NULL, started_at = NULL, completed_at = NULL, error = NULL, terms = ?2,
           args = coalesce(?3, args)`,
        'id = ?1',
        [id, JSON.stringify(terms), args],
      );
    });
    return change?.job ?? this.#refuse(id, 'retry', 'only a failed or canceled job can be retried');
  }

  /**
   * Puts a job whose attempt died with its process, or was refused before it ran, back into the queue; undefined when the
   * attempt is not the current one.
   */
  async requeue(job: JobRecord, { refused = false } = {}): Promise<JobRecord | undefined> {
    const change = await this.#change('requeue', () =>
      this.#update(
        `status = 'queued', progress = 0, report = NULL, started_at = NULL, worker = NULL, refused = refused + ?3`,
        CURRENT,
        [job.n, job.attempt, refused ? 1 : 0],
      ),
    );
    return change?.job;
  }

  /** Removes what finished before `before`, ms since the epoch, and answers how many jobs that were. */
  prune(before: number): Promise<number> {
    return pruneFinishedJobs(this.#engine, before);
  }

  /** Inside a write, before it changes anything: jobs that were accepted in the same turn count, committed or not. */
  #keepBelow(most: number, { id, role }: Principal): void {
    if (most !== Number.POSITIVE_INFINITY && this.read.unfinishedOf(id) >= most) throw tooManyUnfinished(role, most);
  }

  #update(set: string, where: string, values: readonly SqlValue[]): Change | undefined {
    const row = this.#engine
      .prepare(`UPDATE jobs SET ${set}, last_seq = last_seq + 1 WHERE ${where} RETURNING ${RECORD_COLUMNS}`)
      .get(...values);
    if (row === undefined) return undefined;
    const job = parseRecord(row);
    return { job, event: this.#log(job) };
  }

  #log(job: JobRecord, detail: EventDetail = stateOf(job)): LoggedEvent {
    const place = { n: job.n, id: job.id, owner: job.principal.id, lastSeq: job.lastSeq };
    return this.events.append(place, this.#clock.now(), detail);
  }

  #change<T extends { readonly job: JobRecord; readonly event?: LoggedEvent } | undefined>(
    step: LedgerStep,
    work: () => T,
  ): Promise<T> {
    return this.#engine.write(work, (change) => {
      if (change?.event === undefined) return;
      for (const listener of this.#listeners) listener(change.event, change.job, step);
    });
  }

  #refuse(id: string, verb: string, rule: string): never {
    const job = this.read.byId(id);
    if (job === undefined) throw new CallError('NOT_FOUND', `Cannot ${verb} the job "${id}": there is no such job`);
    throw new CallError('CONFLICT', `Cannot ${verb} the job "${id}": it is ${job.status}; ${rule}`);
  }
}

function stateOf(job: JobRecord): EventDetail {
  const { status, attempt, progress, report, startedAt, completedAt, error } = job;
  return {
    type: 'state',
    status,
    attempt,
    progress,
    ...(report !== undefined && { report }),
    ...(startedAt !== undefined && { startedAt }),
    ...(completedAt !== undefined && { completedAt }),
    ...(error !== undefined && { error }),
  };
}

function keyOf(request: JobRequest): { readonly hash: string; readonly print: string } | undefined {
  const { principal, tool, args, project, dryRun = false, idempotencyKey: key } = request;
  if (key === undefined) return undefined;
  return { hash: hashKey(principal.id, tool, key), print: fingerprint(args, project, dryRun) };
}
