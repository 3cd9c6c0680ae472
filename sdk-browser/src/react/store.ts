import type { Client } from '@callsheet/sdk-core';
import { useMemo, useSyncExternalStore } from 'react';
import { useClient } from './client-context.ts';

/** A value that components watch. */
export interface Store<S> {
  read(): S;
  /** What a server renders, and a page before it took over; when not said, what a new store has in it. */
  first?(): S;
  watch(watcher: () => void): () => void;
}

/** A store that is changed from outside. */
export interface OpenStore<S> extends Store<S> {
  set(change: Partial<S>): void;
}

export function createStore<S extends object>(first: S): OpenStore<S> {
  const watchers = new Set<() => void>();
  let now = first;
  return {
    read: () => now,
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    set(change) {
      now = { ...now, ...change };
      for (const watcher of watchers) watcher();
    },
  };
}

/** The store `make` gives for this client and key, and what is in it. Another client or key gets another store. */
export function useStore<C, K, S, Made extends Store<S>>(
  make: (client: Client<C>, key: K) => Made & Store<S>,
  key: K,
): [made: Made, state: S] {
  const client = useClient<C>();
  const made = useMemo(() => make(client, key), [make, client, key]);
  return [made, useSyncExternalStore(made.watch, made.read, made.first ?? made.read)];
}
