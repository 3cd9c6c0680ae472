/** One spoken or shown word with its place in time. Field names are the catalogue's. */
export interface TimedWord {
  readonly w: string;
  /** Seconds from the beginning of the narration. */
  readonly start: number;
  /** Seconds, not before `start`. */
  readonly end: number;
}
