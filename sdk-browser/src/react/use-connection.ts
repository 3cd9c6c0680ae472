import type { Client, ConnectionState } from '@callsheet/sdk-core';
import { type Store, useStore } from './store.ts';

/** Where the client stands. On a server it is always `idle`. */
export function useConnection(): ConnectionState {
  return useStore(connection, undefined)[1];
}

function connection(client: Client<unknown>): Store<ConnectionState> {
  return {
    read: () => client.state,
    first: () => 'idle',
    watch: (watcher) => client.on('state', watcher),
  };
}
