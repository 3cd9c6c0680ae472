import type { EmbeddedEngine } from '../engine/embedded/engine.ts';

/** Jobs removed in one transaction, so that a long list does not hold up the loop. */
const PRUNE_BATCH = 100;

/**
 * Removes jobs that finished before `before` (ms since the epoch) with their events and memos, and answers how many. The
 * newest job stays whatever its age: its number must not be given to another owner's job.
 */
export async function pruneFinishedJobs(engine: EmbeddedEngine, before: number): Promise<number> {
  for (let total = 0; ; ) {
    const removed = await engine.write(() => removeBatch(engine, before));
    total += removed;
    if (removed < PRUNE_BATCH) return total;
  }
}

function removeBatch(engine: EmbeddedEngine, before: number): number {
  const old = engine
    .prepare(
      'SELECT n FROM jobs WHERE completed_at < ?1 AND n < (SELECT max(n) FROM jobs) ORDER BY completed_at LIMIT ?2',
    )
    .all(before, PRUNE_BATCH);
  for (const { n = null } of old) {
    // Numbers of events are never used again, also when the newest of an owner go.
    engine
      .prepare(
        `INSERT INTO job_owners SELECT owner, max(owner_seq) FROM job_events WHERE job = ?1 GROUP BY owner
           ON CONFLICT (owner) DO UPDATE SET last_seq = max(last_seq, excluded.last_seq)`,
      )
      .run(n);
    engine.prepare('DELETE FROM job_events WHERE job = ?1').run(n);
    engine.prepare('DELETE FROM job_memos WHERE job = ?1').run(n);
    engine.prepare('DELETE FROM jobs WHERE n = ?1').run(n);
  }
  return old.length;
}
