import { chmod, mkdir } from 'node:fs/promises';
import { type AnswerFacts, answerSignature } from './answer-signature.ts';

import type { AuditEntry } from './entry.ts';
import { fileName } from './files.ts';
import { LineQueue } from './line-queue.ts';
import { type AuditTrailOptions, checkOptions } from './options.ts';
import { bodyOf, prepare } from './prepare.ts';
import { type AuditPage, type AuditQuery, queryAudit } from './query.ts';
import { Refusals } from './refusals.ts';
import { removableFiles, removeFiles } from './retention.ts';
import { type Found, findStanding } from './standing.ts';
import { TrailWriter } from './trail-writer.ts';

/** What verification believes must come from nobody else. */
const OWN_KINDS: ReadonlySet<string> = new Set(['audit.break', 'audit.recovered', 'audit.lost', 'audit.removed']);
const OWN = { action: 'audit', decision: 'allowed' } as const;

/**
 * A trail of decisions that shows when somebody changed it: JSON lines, each signed together with the signature of the line
 * before (`sig` = base64url HMAC-SHA256(key, prev ‖ line without sig)), and checkpoints in a file of their own.
 */
export class AuditTrail {
  readonly #options: AuditTrailOptions;
  readonly #writer: TrailWriter;
  readonly #queue: LineQueue;
  readonly #refusals: Refusals;
  #closed = false;
  #told = false;

  private constructor(options: AuditTrailOptions, { standing }: Found) {
    const { folder, key, now, after, log } = options;
    const {
      maxFileBytes = 20_000_000,
      checkpointEvery = 100,
      checkpointAfterMs = 5_000,
      maxWaiting = 10_000,
    } = options;
    this.#options = options;
    const rotated = (full: number): Promise<void> => this.#makeRoom(full);
    this.#writer = new TrailWriter({ folder, key, now, maxFileBytes, checkpointEvery, standing, rotated });
    const lost = (count: number): string => this.#body({ ...OWN, kind: 'audit.lost', details: { count } });
    this.#queue = new LineQueue({ writer: this.#writer, after, log, maxWaiting, checkpointAfterMs, lost });
    const prepared = (entry: AuditEntry) => prepare(entry, now(), options.redactor);
    this.#refusals = new Refusals({ after, prepare: prepared, write: (body) => this.#queue.add(body) });
  }

  /**
   * Goes on with the trail in the folder, or begins one. A half line left by a crash is set aside; a trail that was
   * changed is left as it is, and a new segment says so. Rejects when an option or the folder cannot be used.
   */
  static async open(options: AuditTrailOptions): Promise<AuditTrail> {
    checkOptions(options);
    const { folder, key, log, checkpointEvery = 100 } = options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    const found = await findStanding(folder, key, checkpointEvery);
    const trail = new AuditTrail(options, found);
    if (found.broken !== undefined) {
      const { file, reason } = found.broken.failure;
      const segment = fileName('audit', found.standing.file);
      log.error(
        { file, segment },
        `Cannot trust the audit trail: ${file} ${reason}; verify it. It goes on in ${segment}`,
      );
      trail.#own('audit.break', { file, reason, sealed: found.broken.sealed });
    }
    for (const { file, bytes, to } of found.setAside) {
      log.warn(
        { file, bytes, to },
        `A crash left ${bytes} bytes unfinished at the end of ${file}; they are in ${to} now`,
      );
      trail.#own('audit.recovered', { file, bytes, to });
    }
    await trail.#queue.seal();
    return trail;
  }

  /** Since the start: what was recorded, and how often the disk refused or an entry was lost. */
  get counts(): { readonly records: number; readonly failed: number } {
    return this.#queue.counts;
  }

  /** Writes down a decision: redacted and copied now, written at the end of this turn. Never throws. */
  record(entry: AuditEntry): void {
    try {
      if (this.#closed) throw new Error('the trail is closed');
      if (OWN_KINDS.has(entry.kind)) throw new RangeError(`"${entry.kind}" is a kind of the trail's own`);
      if (entry.decision === 'refused') this.#refusals.add(entry);
      else this.#queue.add(this.#body(entry));
    } catch (error) {
      this.#queue.lose();
      if (!this.#told)
        this.#complain(`Cannot record an entry: ${error instanceof Error ? error.message : 'it throws'}`);
      this.#told = true;
    }
  }

  /** Resolves when everything recorded so far was handed to the operating system, or could not be, which the log tells. */
  flush(): Promise<void> {
    this.#refusals.release();
    return this.#queue.drain();
  }

  /** Writes and seals everything, then takes nothing more. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#refusals.release();
    this.#closed = true;
    await this.#queue.seal();
    const left = this.#queue.close();
    if (left > 0) this.#complain(`Cannot write the last ${left} lines of the audit trail: the disk refuses them`);
    try {
      await this.#writer.close();
    } catch (error) {
      this.#complain(`Cannot close the audit trail: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The `auditSig` of an answer of a tool that changes something. Throws a RangeError as `answerSignature` does. */
  sign(facts: AnswerFacts): string {
    return answerSignature(this.#options.key, facts);
  }

  /** Lines of the trail, those recorded just now included. Rejects with a RangeError for a query that cannot be used. */
  async query(query: AuditQuery): Promise<AuditPage> {
    await this.flush();
    return queryAudit(this.#options.folder, query);
  }

  #own(kind: string, details: Record<string, string | number>): void {
    this.#queue.add(this.#body({ ...OWN, kind, details }));
  }

  #body(entry: AuditEntry): string {
    return bodyOf(prepare(entry, this.#options.now(), this.#options.redactor));
  }

  #complain(message: string): void {
    this.#options.log.error({ folder: this.#options.folder }, message);
  }

  /** First it is written down that files go, and sealed; then they go. */
  async #makeRoom(full: number): Promise<void> {
    const { folder, keepFiles } = this.#options;
    if (keepFiles === undefined) return;
    const removable = await removableFiles(folder, full + 1, keepFiles);
    const through = removable.at(-1);
    if (through === undefined) return;
    this.#own('audit.removed', { through: fileName('audit', through) });
    this.#queue.later(() => removeFiles(folder, removable));
  }
}
