import { CallError, type JobStatus, type Json, type JsonObject, type Principal } from '@callsheet/protocol';
import type { MayTouch } from '../auth/ownership.ts';
import type { EmbeddedEngine } from '../engine/embedded/engine.ts';
import { isJobId } from './job-id.ts';
import { fromBytes, type JobRecord, parseRecord, RECORD_COLUMNS } from './job-record.ts';

/** What a list of jobs is narrowed to. */
export interface JobFilter {
  readonly status?: JobStatus;
  readonly tool?: string;
  readonly project?: string;
  /** 1 to 200. */
  readonly limit: number;
  /** The last job of the page before. */
  readonly cursor?: string;
}

/** Looks jobs up. Everything here sees committed state only. */
export class JobReader {
  readonly #engine: EmbeddedEngine;
  readonly #mayTouch: MayTouch;

  constructor(engine: EmbeddedEngine, mayTouch: MayTouch) {
    this.#engine = engine;
    this.#mayTouch = mayTouch;
  }

  byId(id: string): JobRecord | undefined {
    const row = this.#engine.prepare(`SELECT ${RECORD_COLUMNS} FROM jobs WHERE id = ?1`).get(id);
    return row && parseRecord(row);
  }

  /**
   * A job on which `principal` may do this: its own, or any when its role reaches that far. Throws NOT_FOUND, and does
   * not tell whose it is.
   */
  visible(principal: Principal, id: string, action: string): JobRecord {
    const job = isJobId(id) ? this.byId(id) : undefined;
    if (job === undefined || !this.#mayTouch(principal, action, job.principal.id)) {
      throw new CallError(
        'NOT_FOUND',
        `Cannot find the job "${id.slice(0, 64)}": there is none with this id, or it is not yours`,
      );
    }
    return job;
  }

  /** The job an idempotency key stands for. Throws IDEMPOTENCY_MISMATCH when it was used for other work. */
  byKey(keyHash: string, fingerprint: string): JobRecord | undefined {
    const row = this.#engine
      .prepare(`SELECT ${RECORD_COLUMNS}, fingerprint FROM jobs WHERE key_hash = ?1`)
      .get(keyHash);
    if (row === undefined) return undefined;
    if (row.fingerprint !== fingerprint) {
      throw new CallError(
        'IDEMPOTENCY_MISMATCH',
        `Cannot submit "${row.tool}": its idempotency key already stands for a job with other arguments; use a new key`,
      );
    }
    return parseRecord(row);
  }

  /** How many jobs of the owner are not final. Inside a write it sees what was written before in the same turn. */
  unfinishedOf(owner: string): number {
    const sql =
      'SELECT COUNT(*) AS jobs FROM jobs INDEXED BY jobs_unfinished WHERE completed_at IS NULL AND owner = ?1';
    return Number(this.#engine.prepare(sql).get(owner)?.jobs ?? 0);
  }

  /** Own jobs, newest first. */
  ofOwner(owner: string, filter: JobFilter): JobRecord[] {
    const { status = null, tool = null, project = null, cursor = '~', limit } = filter;
    if (cursor !== '~' && !isJobId(cursor)) {
      throw new CallError(
        'INVALID_PARAMS',
        `Cannot continue the list at the cursor "${cursor.slice(0, 64)}"; pass nextCursor as it was`,
      );
    }
    // No stored name has a NUL, and a driver may refuse to ask for one.
    if (tool?.includes('\0') || project?.includes('\0')) return [];
    return this.#engine
      .prepare(
        `SELECT ${RECORD_COLUMNS} FROM jobs WHERE owner = ?1 AND id < ?2 AND (?3 IS NULL OR status = ?3)
           AND (?4 IS NULL OR tool = ?4) AND (?5 IS NULL OR project = ?5) ORDER BY id DESC LIMIT ?6`,
      )
      .all(owner, cursor, status, tool, project, limit)
      .map(parseRecord);
  }

  /** Everything that is queued or was running, in the order it was accepted. */
  unfinished(): JobRecord[] {
    return this.#engine
      .prepare(`SELECT ${RECORD_COLUMNS} FROM jobs INDEXED BY jobs_unfinished WHERE completed_at IS NULL ORDER BY n`)
      .all()
      .map(parseRecord);
  }

  /** How long each tool took on average, in seconds, over its share of the last thousand completed jobs. */
  usualSeconds(): [tool: string, seconds: number][] {
    return this.#engine
      .prepare(
        `SELECT tool, avg(completed_at - started_at) / 1000.0 AS seconds FROM (SELECT tool, status, started_at, completed_at
           FROM jobs WHERE completed_at IS NOT NULL ORDER BY completed_at DESC LIMIT 1000)
         WHERE status = 'completed' AND completed_at >= started_at GROUP BY tool`,
      )
      .all()
      .map((row) => [String(row.tool), Number(row.seconds)]);
  }

  /** What the tool of a job is called with. */
  argsOf(n: number): JsonObject {
    // Stored by `submit`, which takes objects only.
    return (fromBytes(this.#engine.prepare('SELECT args FROM jobs WHERE n = ?1').get(n)?.args) ?? {}) as JsonObject;
  }

  /** The result of a completed job. */
  resultOf(n: number): Json | undefined {
    return fromBytes(this.#engine.prepare('SELECT result FROM jobs WHERE n = ?1').get(n)?.result);
  }
}
