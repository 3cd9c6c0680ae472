import type { CallMeta, JobStatus, Json, Principal, TraceContext, WireError } from '@callsheet/protocol';
import type { Row, SqlValue } from '../engine/embedded/driver.ts';

/** What an attempt last said about itself. */
export interface JobReport {
  readonly stage: string;
  /** 0 to 1. */
  readonly stageProgress?: number;
  readonly message?: string;
  /** Seconds. */
  readonly estimatedRemaining?: number;
}

/** How a job is to be run, as agreed when it was accepted. */
export interface JobTerms {
  readonly role: string;
  readonly scopes: readonly string[];
  readonly trace: TraceContext;
  readonly dryRun: boolean;
  /** Bounds one attempt when it is shorter than the tool's own bound. */
  readonly timeoutMs?: number;
  /** Which of the tool's workers may have it, and which of them rather. */
  readonly route?: NonNullable<CallMeta['route']>;
}

/** A job as the ledger keeps it; arguments and result, which may be large, are read apart. Times in ms since the epoch. */
export interface JobRecord {
  /** Order of acceptance. */
  readonly n: number;
  readonly id: string;
  readonly principal: Principal;
  readonly tool: string;
  readonly project: string;
  /** 0 (last) to 9 (first). */
  readonly priority: number;
  readonly status: JobStatus;
  /** How often it was started; a fencing token: only the newest attempt may still say something. */
  readonly attempt: number;
  /** How many of those were refused before they ran. */
  readonly refused: number;
  /** Public id of the worker outside this process that has the attempt. */
  readonly worker?: string;
  /** Number of its newest event. */
  readonly lastSeq: number;
  readonly progress: number;
  readonly report?: JobReport;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly completedAt?: number;
  readonly error?: WireError;
  readonly terms: JobTerms;
}

/** The columns `parseRecord` reads. */
export const RECORD_COLUMNS =
  'n, id, owner, tool, project, priority, status, attempt, last_seq, progress, report, created_at, started_at, ' +
  'completed_at, error, terms, refused, worker';

export function parseRecord(row: Row): JobRecord {
  const terms = parsed<JobTerms>(row.terms);
  return {
    n: Number(row.n),
    id: String(row.id),
    principal: { id: String(row.owner), role: terms.role, scopes: terms.scopes },
    tool: String(row.tool),
    project: String(row.project),
    priority: Number(row.priority),
    status: row.status as JobStatus,
    attempt: Number(row.attempt),
    refused: Number(row.refused),
    ...(typeof row.worker === 'string' && { worker: row.worker }),
    lastSeq: Number(row.last_seq),
    progress: Number(row.progress),
    ...(typeof row.report === 'string' && { report: parsed<JobReport>(row.report) }),
    createdAt: Number(row.created_at),
    ...(typeof row.started_at === 'number' && { startedAt: row.started_at }),
    ...(typeof row.completed_at === 'number' && { completedAt: row.completed_at }),
    ...(typeof row.error === 'string' && { error: parsed<WireError>(row.error) }),
    terms,
  };
}

/** JSON text written by this ledger itself, so that its shape is known. */
export function parsed<T>(text: SqlValue | undefined): T {
  return JSON.parse(String(text)) as T;
}

/** JSON as the payload columns keep it. */
export function toBytes(json: string): Uint8Array {
  return Buffer.from(json, 'utf8');
}

export function fromBytes(value: SqlValue | undefined): Json | undefined {
  if (!(value instanceof Uint8Array)) return undefined;
  return JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')) as Json;
}
