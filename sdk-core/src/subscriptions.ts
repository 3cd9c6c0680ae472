import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import type { Clock } from './clock.ts';
import type { RpcClientError } from './errors.ts';
import type { Outcome } from './invocation.ts';
import { TopicFollower, type TopicSource } from './topic-follower.ts';
import { unreadable } from './wire-errors.ts';

/** What subscriptions need of the rest of the engine. */
export interface SubscriptionPort {
  readonly clock: Clock;
  isOnline(): boolean;
  wake(): void;
  /** `settle` runs at once when the answer arrives, before the message behind it is read. */
  request(method: string, params: JsonObject, settle: (outcome: Outcome) => void): void;
}

/** Every topic this client follows, and which of the server's subscription ids belongs to which reader. */
export class Subscriptions implements TopicSource {
  readonly clock: Clock;
  readonly #port: SubscriptionPort;
  readonly #followers = new Set<TopicFollower>();
  readonly #byWireId = new Map<unknown, TopicFollower>();
  /** Events that came before the answer that names their subscription. */
  #strays: JsonObject[] = [];
  #asking = 0;

  constructor(port: SubscriptionPort) {
    this.#port = port;
    this.clock = port.clock;
  }

  /** Follows a topic from after an event's number, or from now, until the reader leaves or `signal` aborts. */
  follow(topic: string, after?: number, signal?: AbortSignal): TopicFollower {
    const follower = new TopicFollower(topic, after, this, signal);
    follower.begin();
    return follower;
  }

  /** Parameters of `events/event`. */
  event(params: JsonObject): void {
    const { subscription, seq, at, data } = params;
    if (typeof seq !== 'number' || typeof at !== 'string' || data === undefined) return;
    const follower = this.#byWireId.get(subscription);
    if (follower !== undefined) follower.event({ seq, at, data });
    else if (this.#asking > 0) this.#strays.push(params);
  }

  online(): void {
    for (const follower of this.#followers) follower.online();
  }

  offline(): void {
    this.#byWireId.clear();
    this.#strays = [];
    for (const follower of this.#followers) follower.offline();
  }

  over(cause: RpcClientError): void {
    for (const follower of this.#followers) follower.fail(cause);
  }

  subscribe(follower: TopicFollower, after: number | undefined): boolean {
    this.#followers.add(follower);
    if (!this.#port.isOnline()) {
      this.#port.wake();
      return false;
    }
    this.#asking++;
    // Members that are undefined are left out by JSON itself.
    this.#port.request('events/subscribe', { topic: follower.topic, after } as JsonObject, (outcome) => {
      this.#asking--;
      if (outcome.ok) this.#bind(follower, outcome.value);
      else follower.refused(outcome.error);
      // Those that are still nobody's wait on, as long as anybody asks.
      for (const stray of this.#strays.splice(0)) this.event(stray);
    });
    return true;
  }

  unsubscribe({ wireId }: TopicFollower): void {
    if (wireId !== undefined && this.#byWireId.delete(wireId)) this.#release(wireId);
  }

  leave(follower: TopicFollower): void {
    this.#followers.delete(follower);
    this.unsubscribe(follower);
  }

  #bind(follower: TopicFollower, answer: Json): void {
    const { subscription, lastSeq } = isJsonObject(answer) ? answer : {};
    if (typeof subscription !== 'string') {
      follower.refused(unreadable('the answer to events/subscribe'));
    } else if (follower.opened(typeof lastSeq === 'number' ? lastSeq : undefined)) {
      follower.wireId = subscription;
      this.#byWireId.set(subscription, follower);
    } else {
      this.#release(subscription);
    }
  }

  /** Best effort: a server that does not hear of it forgets the subscription with the connection. */
  #release(subscription: string): void {
    if (this.#port.isOnline()) this.#port.request('events/unsubscribe', { subscription }, () => undefined);
  }
}
