/** The command line itself is wrong; nothing was run. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
