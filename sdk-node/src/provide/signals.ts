/** What tells a process to stop: the process itself, or a test. */
export interface SignalSource {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  off(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The first signal drains, the second one closes. The answer takes the handlers away. */
export function onSignals(source: SignalSource, drain: () => void, close: () => void): () => void {
  let heard = false;
  const listener = (): void => {
    if (heard) close();
    else drain();
    heard = true;
  };
  for (const signal of SIGNALS) source.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) source.off(signal, listener);
  };
}
