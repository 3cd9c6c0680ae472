import { type Client, type ClientOptions, createClient, type Platform } from '../index.ts';
import type { AnyTools } from '../tool-types.ts';
import type { TestGateway } from './test-gateway.ts';

/**
 * A client of a test gateway, on its clock. Nothing is dialled before the first call or `connect()`.
 *
 * @param options those of any client; the address is made up
 * @param platform what is to be otherwise than in tests: randomness is 0.5 when not said
 */
export function testClient<T = AnyTools>(
  gateway: TestGateway<T>,
  options: Partial<ClientOptions> = {},
  platform: Partial<Platform> = {},
): Client<T> {
  const { transport, clock } = gateway;
  return createClient<T>(
    { url: 'ws://gateway.test/rpc', ...options },
    { transport, clock, random: () => 0.5, ...platform },
  );
}
