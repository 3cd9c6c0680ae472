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
  readonly #kind: abstract new (
    ...parts: never[]
  ) => Kind;
  readonly #aside = new WeakMap<Observed, Kind>();

  constructor(owner: object, kind: abstract new (...parts: never[]) => Kind) {
    this.#owner = owner;
    this.#kind = kind;
  }

  leave(observed: Observed, note: Kind): void {
    if (observed.note === undefined) observed.note = note;
    else this.#aside.set(observed, note);
  }

  /** Undefined when the observer was not there at the beginning. */
  find(observed: Observed): Kind | undefined {
    const { note } = observed;
    return note instanceof this.#kind && note.owner === this.#owner ? note : this.#aside.get(observed);
  }
}
