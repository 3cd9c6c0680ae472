import type { CallClient } from './call-client.ts';
import type { Engine } from './engine.ts';
import { onAbort } from './on-abort.ts';

/** Closes the client with the signal, and listens to what the platform goes through for as long as it lives. */
export function live({ settings, events, lines, close }: Engine, signal: AbortSignal | undefined): void {
  let forget: (() => void) | undefined;
  const off = settings.life?.listen({ wake: () => lines.probe(), sleep: () => lines.rest() });
  events.on('state', ({ to }) => {
    if (to !== 'closed') return;
    off?.();
    forget?.();
  });
  forget = onAbort(signal, () => void close(1000, ''));
}

/** Opens the session of a client; a failure closes it. */
export async function connected<C extends CallClient<never>>(client: C): Promise<C> {
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}
