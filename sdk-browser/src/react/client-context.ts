import type { Client } from '@callsheet/sdk-core';
import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react';
import type { RegisteredTools } from './registered-tools.ts';

const ClientContext = createContext<unknown>(undefined);

export interface CallsheetProviderProps<T> {
  readonly client: Client<T>;
  readonly children?: ReactNode;
}

/** Gives the hooks below it their client. Closing the client stays with whoever made it. */
export function CallsheetProvider<T>({ client, children }: CallsheetProviderProps<T>): ReactElement {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** The client of the nearest provider. Throws where there is none. */
export function useClient<T = RegisteredTools>(): Client<T> {
  const client = useContext(ClientContext);
  if (!client) throw new Error('Cannot find a client; add a <CallsheetProvider>');
  return client as Client<T>;
}
