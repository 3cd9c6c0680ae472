import type { JsonObject } from '@callsheet/protocol';
import { type AnyTools, type Client, type ClientOptions, createClient } from '../src/index.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeGateway, SESSION } from './fake-gateway.ts';

/** A client and a gateway in one process, on a clock the test moves. */
export interface Conversation<T> {
  readonly client: Client<T>;
  readonly gateway: FakeGateway;
  readonly clock: FakeClock;
}

/** Everything wired, nothing dialled. Randomness is 0.5 and nothing is tried again unless said otherwise. */
export function converse<T = AnyTools>(
  options: Partial<ClientOptions> = {},
  gateway = new FakeGateway(),
  random: () => number = () => 0.5,
): Conversation<T> {
  const clock = new FakeClock();
  const client = createClient<T>(
    { url: 'ws://gateway.test/rpc', retry: false, ...options },
    { transport: gateway.transport, clock, random },
  );
  return { client, gateway, clock };
}

/** As `converse`, with the session open. */
export async function converseOpen<T = AnyTools>(
  options: Partial<ClientOptions> = {},
  session: JsonObject = {},
): Promise<Conversation<T>> {
  const conversation = converse<T>(options);
  conversation.gateway.handlers['session/open'] = () => ({ ...SESSION, ...session });
  await conversation.client.connect();
  await settle();
  return conversation;
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('The promise did not reject');
}
