import { LITE_RULES, type LiteOptions, type Platform, readClientOptions } from './client-options.ts';
import { CoreClient } from './core-client.ts';
import { Engine } from './engine.ts';
import type { LiteClient } from './lite-client.ts';
import type { AnyTools } from './tool-types.ts';

/** The small client: connect, call, reconnect. Options and behaviour are those of the whole one, as far as it has them. */
export function createClient<T = AnyTools>(options: LiteOptions, platform: Platform): LiteClient<T> {
  const engine = new Engine(readClientOptions(options, platform, LITE_RULES));
  engine.live(options.signal);
  return new CoreClient<T>(engine, (call, sink) => engine.start(call, sink));
}

/** Makes a client and opens its session. When that fails, the client is closed and the failure thrown. */
export function connect<T = AnyTools>(options: LiteOptions, platform: Platform): Promise<LiteClient<T>> {
  return connected(createClient<T>(options, platform));
}

/** Opens the session of a client; a failure closes it. */
export async function connected<C extends LiteClient<never>>(client: C): Promise<C> {
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}
