import type { Place } from './checks.ts';

/** A parsed file: its tree, and where in the text things stand. */
export interface SourceTree {
  readonly tree: unknown;
  /** The line of a place, from 1; undefined when the format does not tell. */
  readonly lineOf: (at: Place) => number | undefined;
}

/** Notes what is wrong with the text itself, with the line when it is known. */
export type SaySource = (line: number | undefined, says: string) => void;
