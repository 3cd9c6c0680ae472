/** The words, the variables or a file they name cannot be used; nothing was begun. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
