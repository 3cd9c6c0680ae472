import { BoundedNames } from '@callsheet/protocol';
import { OTHER } from './tool-book.ts';

/** The stage that is the whole job, from its newest start to its end. Not for tools to say. */
export const WHOLE = 'total';

/** Stages of one kind that have series of their own, and kinds that have some: beyond it, they are `other`. */
const MOST_STAGES = 20;
const MOST_KINDS = 500;
/** So short that no key or token is one. */
const NAME = /^[A-Za-z][\w.-]{0,31}$/;

/** Whether it can be the machine name of a stage. What else a tool says of where it is may hold anything. */
export function isStageName(stage: string): boolean {
  return NAME.test(stage);
}

/**
 * Labels of stages. Tools make their names up as they go, on workers elsewhere too: one that numbers its stages must not take
 * the series of all others.
 */
export class Stages {
  readonly #byKind = new Map<string, BoundedNames>();

  label(kind: string, stage: string): string {
    if (stage === WHOLE || !isStageName(stage)) return OTHER;
    let known = this.#byKind.get(kind);
    if (known === undefined) {
      if (this.#byKind.size >= MOST_KINDS) return OTHER;
      known = new BoundedNames(MOST_STAGES);
      this.#byKind.set(kind, known);
    }
    return known.of(stage);
  }
}
