/** Asks what must not disturb anybody when it throws: then there is no answer. */
export function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
