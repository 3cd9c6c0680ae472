import { CallError, type Json } from '@callsheet/protocol';
import type { EmbeddedEngine } from '../engine/embedded/engine.ts';
import { fromBytes, toBytes } from './job-record.ts';

/** Finished stages of jobs, kept until their job is pruned. */
export class MemoStore {
  readonly #engine: EmbeddedEngine;

  constructor(engine: EmbeddedEngine) {
    this.#engine = engine;
  }

  get(job: number, key: string): Json | undefined {
    return fromBytes(
      this.#engine.prepare('SELECT value FROM job_memos WHERE job = ?1 AND key = ?2').get(job, key)?.value,
    );
  }

  /** Remembers a stage durably. Rejects with CONFLICT when the attempt is not the current one any more. */
  async put(job: number, attempt: number, key: string, json: string): Promise<void> {
    const value = toBytes(json);
    await this.#engine.write(() => {
      const current = this.#engine
        .prepare(`SELECT 1 FROM jobs WHERE n = ?1 AND attempt = ?2 AND status = 'in_progress'`)
        .get(job, attempt);
      if (current === undefined) {
        throw new CallError('CONFLICT', `Cannot remember "${key}": attempt ${attempt} of this job is over`);
      }
      this.#engine
        .prepare('INSERT OR IGNORE INTO job_memos (job, key, value) VALUES (?1, ?2, ?3)')
        .run(job, key, value);
    });
  }
}
