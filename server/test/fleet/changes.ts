import type { NodeClient } from '@callsheet/sdk-node';

/** An event of the topic `services` about a worker's state. */
export interface Change {
  /** The gateway's stamp, in milliseconds since the epoch. */
  readonly at: number;
  readonly name: string;
  readonly type: string;
  readonly available: boolean;
  readonly connected: boolean;
}

/** Follows what the gateway says of its workers, from now on. */
export async function followChanges(client: NodeClient) {
  const seen: Change[] = [];
  const waiting = new Set<() => void>();
  const control = new AbortController();
  const events = client.subscribe('services', { signal: control.signal });
  const reading = (async () => {
    for await (const { at, data } of events) {
      const { type, worker } = data as { type: string; worker?: Omit<Change, 'at' | 'type'> };
      if (worker !== undefined) {
        const { name, available, connected } = worker;
        seen.push({ at: Date.parse(at), name, type, available, connected });
      }
      for (const look of waiting) look();
    }
  })().catch(() => undefined);
  // The subscription is in place when what was asked after it is answered.
  await client.request('ping');
  return {
    /** The first change that fits, whether it was before or is still to come. */
    first: (fits: (change: Change) => boolean): Promise<Change> =>
      new Promise((resolve) => {
        const look = (): void => {
          const change = seen.find(fits);
          if (change === undefined) return;
          waiting.delete(look);
          resolve(change);
        };
        waiting.add(look);
        look();
      }),
    stop: async (): Promise<void> => {
      control.abort();
      await reading;
    },
  };
}
