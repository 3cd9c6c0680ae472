import type { Client } from './client.ts';
import { clientLayers } from './client-layers.ts';
import { CLIENT_RULES, type ClientOptions } from './client-options.ts';
import { type Platform, readClientOptions } from './connection-options.ts';
import { openHouse } from './house.ts';
import { connected, live } from './live.ts';
import { rpcClient } from './rpc-client.ts';
import type { AnyTools } from './tool-types.ts';

/** Makes a client. Nothing is dialled before the first call or `connect()`. Throws TypeError for options it does not know. */
export function createClient<T = AnyTools>(options: ClientOptions, platform: Platform): Client<T> {
  const house = openHouse(readClientOptions(options, platform, CLIENT_RULES));
  const { engine, pool } = house;
  // The engine itself keeps the bounds every call has.
  const { timeouts: _bounds, telemetry, cache, ...given } = options;
  const store = platform.cacheStore;
  live(engine, options.signal);
  engine.events.on('state', ({ to: state }) => {
    const { rttMs = 0 } = pool.infos[0] ?? {};
    telemetry?.onConnection?.(rttMs > 0 ? { state, rttMs } : { state });
  });
  const kept = cache && store !== undefined ? { store: store(cache), ...cache } : cache;
  return rpcClient<T>(
    house,
    clientLayers(house, { ...given, ...(kept !== undefined && { cache: kept }), ...(telemetry && { telemetry }) }),
  );
}

/** Makes a client and opens its session. When that fails, the client is closed and the failure thrown. */
export function connect<T = AnyTools>(options: ClientOptions, platform: Platform): Promise<Client<T>> {
  return connected(createClient<T>(options, platform));
}
