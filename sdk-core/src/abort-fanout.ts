/**
 * One listener on each signal, however many calls it can end: a thousand calls that share a signal are ordinary use, and
 * platforms warn of a leak at the eleventh listener.
 */
export class AbortFanout {
  readonly #watched = new Map<AbortSignal, { readonly callbacks: Set<() => void>; readonly onAbort: () => void }>();

  /** Runs `callback` once when the signal aborts, unless the returned function is called first. */
  watch(signal: AbortSignal, callback: () => void): () => void {
    const { callbacks, onAbort } = this.#watched.get(signal) ?? this.#listen(signal);
    callbacks.add(callback);
    return () => {
      if (!callbacks.delete(callback) || callbacks.size > 0) return;
      signal.removeEventListener('abort', onAbort);
      this.#watched.delete(signal);
    };
  }

  #listen(signal: AbortSignal): { readonly callbacks: Set<() => void>; readonly onAbort: () => void } {
    const callbacks = new Set<() => void>();
    const onAbort = (): void => {
      // Callbacks leave the set while it is walked.
      for (const callback of [...callbacks]) callback();
    };
    signal.addEventListener('abort', onAbort);
    const entry = { callbacks, onAbort };
    this.#watched.set(signal, entry);
    return entry;
  }
}
