/** Runs something when the signal aborts, at once if it has, unless the returned function is called first. */
export function onAbort(signal: AbortSignal | undefined, run: () => void): () => void {
  if (signal?.aborted) run();
  else signal?.addEventListener('abort', run);
  return () => signal?.removeEventListener('abort', run);
}
