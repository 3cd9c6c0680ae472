/** How the command ends; the same numbers as the client's where both have one. */
export const EXIT = {
  /** Asked to stop, and everything was finished. */
  DONE: 0,
  /** A fault, or a stop that had to give work up. */
  FAILED: 1,
  /** Wrong words, variables or files. */
  USAGE: 2,
  /** No gateway takes the worker in. */
  REFUSED: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
