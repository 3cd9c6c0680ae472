import type { EmbeddedEngine } from '../engine/embedded/engine.ts';

/** Owners whose newest number is kept in memory. */
const MAX_KNOWN = 10_000;

/**
 * Numbers the events of each owner's jobs without gaps. The newest numbers are kept in memory, which is safe because one
 * process owns the database and a rollback makes it forget them; a counter in a table would cost a statement for each event.
 */
export class OwnerNumbers {
  readonly #engine: EmbeddedEngine;
  readonly #newest = new Map<string, number>();

  constructor(engine: EmbeddedEngine) {
    this.#engine = engine;
    engine.onRollback(() => this.#newest.clear());
  }

  /** Inside a write only. */
  next(owner: string): number {
    if (this.#newest.size >= MAX_KNOWN) this.#newest.clear();
    const number = (this.#newest.get(owner) ?? this.stored(owner)) + 1;
    this.#newest.set(owner, number);
    return number;
  }

  /** The newest number; `job_owners` remembers it for owners whose newest events were pruned. */
  stored(owner: string): number {
    const row = this.#engine
      .prepare(
        `SELECT max(coalesce((SELECT max(owner_seq) FROM job_events WHERE owner = ?1), 0),
                    coalesce((SELECT last_seq FROM job_owners WHERE owner = ?1), 0)) AS newest`,
      )
      .get(owner);
    return Number(row?.newest);
  }
}
