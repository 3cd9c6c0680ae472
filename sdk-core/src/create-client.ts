import type { Client } from './client.ts';
import { type ClientOptions, type Platform, readClientOptions } from './client-options.ts';
import { Engine } from './engine.ts';
import { RpcClient } from './rpc-client.ts';
import type { AnyTools } from './tool-types.ts';

/** Makes a client. Nothing is dialled before the first call or `connect()`. Throws TypeError for options it does not know. */
export function createClient<T = AnyTools>(options: ClientOptions, platform: Platform): Client<T> {
  const client = new RpcClient<T>(new Engine(readClientOptions(options, platform)));
  closeOnAbort(client, options.signal);
  return client;
}

/** Makes a client and opens its session. When that fails, the client is closed and the failure thrown. */
export async function connect<T = AnyTools>(options: ClientOptions, platform: Platform): Promise<Client<T>> {
  const client = createClient<T>(options, platform);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

function closeOnAbort<T>(client: Client<T>, signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  const close = (): void => {
    void client.close();
  };
  if (signal.aborted) {
    close();
    return;
  }
  signal.addEventListener('abort', close);
  client.on('state', ({ to }) => {
    if (to === 'closed') signal.removeEventListener('abort', close);
  });
}
