import type { Candidate } from './strategy.ts';

/** What a strategy remembers of one worker. */
export interface RosterEntry {
  readonly candidate: Candidate;
  /** The last adoption it was part of; the roster keeps it. */
  adoption: number;
}

/**
 * What a strategy remembers, for as long as the caller keeps the candidate: someone who was ejected for ten seconds comes
 * back with what was known of it.
 */
export class Roster<Entry extends RosterEntry> {
  readonly #entries = new WeakMap<Candidate, Entry>();
  readonly #make: (candidate: Candidate) => Entry;
  #adoption = 1;
  #members: Entry[] = [];

  constructor(make: (candidate: Candidate) => Entry) {
    this.#make = make;
  }

  /** Those adopted last. */
  get members(): readonly Entry[] {
    return this.#members;
  }

  /** Tells of everyone who was not there before. A candidate named twice counts once. */
  adopt(available: readonly Candidate[], joined?: (entry: Entry) => void): void {
    const before = this.#adoption;
    const adoption = before + 1;
    const members: Entry[] = [];
    for (const candidate of available) {
      const entry = this.#entryOf(candidate);
      if (entry.adoption === adoption) continue;
      if (entry.adoption !== before) joined?.(entry);
      entry.adoption = adoption;
      members.push(entry);
    }
    this.#adoption = adoption;
    this.#members = members;
  }

  /** What is remembered, also of those who are not adopted now. */
  of(candidate: Candidate): Entry | undefined {
    return this.#entries.get(candidate);
  }

  has(entry: RosterEntry): boolean {
    return entry.adoption === this.#adoption;
  }

  #entryOf(candidate: Candidate): Entry {
    let entry = this.#entries.get(candidate);
    if (entry === undefined) {
      entry = this.#make(candidate);
      this.#entries.set(candidate, entry);
    }
    return entry;
  }
}
