import { type Client, type ClientOptions, createClient, type Platform } from '../index.ts';
import type { AnyTools } from '../tool-types.ts';
import type { TestGateway } from './test-gateway.ts';
import { wallTime } from './test-time.ts';

/**
 * A client of a test gateway, on its clock and with its randomness. Nothing is dialled before the first call or `connect()`.
 *
 * @param options those of any client; the address is made up
 * @param platform what is to be otherwise than in tests
 */
export function testClient<T = AnyTools>(
  gateway: TestGateway<T>,
  options: Partial<ClientOptions> = {},
  platform: Partial<Platform> = {},
): Client<T> {
  const { transport, clock, random } = gateway;
  const wallClock = (): number => wallTime(clock.now());
  return createClient<T>(
    { url: 'ws://gateway.test/rpc', ...options },
    { transport, clock, wallClock, random, ...platform },
  );
}
