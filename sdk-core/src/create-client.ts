import type { Client } from './client.ts';
import { type ClientOptions, LITE_RULES, type Platform, readClientOptions } from './client-options.ts';
import { House } from './house.ts';
import { connected } from './lite.ts';
import { RpcClient } from './rpc-client.ts';
import type { AnyTools } from './tool-types.ts';

/** Makes a client. Nothing is dialled before the first call or `connect()`. Throws TypeError for options it does not know. */
export function createClient<T = AnyTools>(options: ClientOptions, platform: Platform): Client<T> {
  const house = new House(readClientOptions(options, platform, LITE_RULES));
  house.engine.live(options.signal);
  return new RpcClient<T>(house, (call, sink) => house.engine.start(call, sink));
}

/** Makes a client and opens its session. When that fails, the client is closed and the failure thrown. */
export function connect<T = AnyTools>(options: ClientOptions, platform: Platform): Promise<Client<T>> {
  return connected(createClient<T>(options, platform));
}
