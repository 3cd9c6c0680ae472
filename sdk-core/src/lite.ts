import { LITE_RULES, type LiteOptions, type Platform, readConnectionOptions } from './connection-options.ts';
import { coreClient } from './core-client.ts';
import { createEngine } from './engine.ts';
import type { LiteClient } from './lite-client.ts';
import { connected, live } from './live.ts';
import { oneLine } from './one-line.ts';
import type { AnyTools } from './tool-types.ts';

/** The small client: connect, call, reconnect. Options and behaviour are those of the whole one, as far as it has them. */
export function createClient<T = AnyTools>(options: LiteOptions, platform: Platform): LiteClient<T> {
  const engine = createEngine(readConnectionOptions(options, platform, LITE_RULES), oneLine);
  live(engine, options.signal);
  return coreClient<T>(engine, engine.start).client;
}

/** Makes a client and opens its session. When that fails, the client is closed and the failure thrown. */
export function connect<T = AnyTools>(options: LiteOptions, platform: Platform): Promise<LiteClient<T>> {
  return connected(createClient<T>(options, platform));
}
