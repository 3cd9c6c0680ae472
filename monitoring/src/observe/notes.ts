import type { Observed } from '@callsheet/protocol';

/** What an observer leaves at the beginning to find it at the end. It says whose it is. */
export interface Note {
  readonly owner: object;
}

/**
 * The notes of one observer. They lie in the observation itself, which costs nothing; when another observer was there first,
 * beside it.
 */
export class Notes<Kind extends Note> {
  readonly #owner: object;
  readonly #aside = new WeakMap<Observed, Kind>();

  /** @param owner of every note that is left here, and of no others */
  constructor(owner: object) {
    this.#owner = owner;
  }

  leave(observed: Observed, note: Kind): void {
    if (observed.note === undefined) observed.note = note;
    else this.#aside.set(observed, note);
  }

  /** Undefined when the observer was not there at the beginning. */
  find(observed: Observed): Kind | undefined {
    const { note } = observed;
    return this.#isOwn(note) ? note : this.#aside.get(observed);
  }

  /** By its owner alone: asking for its class takes longer than all that is counted at the end. */
  #isOwn(note: unknown): note is Kind {
    return typeof note === 'object' && note !== null && 'owner' in note && note.owner === this.#owner;
  }
}
