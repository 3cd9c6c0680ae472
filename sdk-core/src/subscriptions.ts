import { isJsonObject, type JsonObject } from '@callsheet/protocol';
import type { Clock } from './clock.ts';
import { RpcClientError } from './errors.ts';
import type { Outcome } from './invocation.ts';
import type { Session } from './session.ts';
import { type TopicEvent, TopicFollower, type TopicSource } from './topic-follower.ts';

/** What subscriptions need of the rest of the engine. */
export interface SubscriptionPort {
  readonly clock: Clock;
  session(): Session | undefined;
  wake(): void;
  /** `settle` runs at once when the answer arrives, before the message behind it is read. */
  request(method: string, params: JsonObject, settle: (outcome: Outcome) => void): void;
}

type Stray = { readonly wireId: string; readonly event: TopicEvent };

/** Every topic this client follows, and which of the server's subscription ids belongs to which reader. */
export class Subscriptions implements TopicSource {
  readonly clock: Clock;
  readonly #port: SubscriptionPort;
  readonly #followers = new Set<TopicFollower>();
  readonly #byWireId = new Map<string, TopicFollower>();
  /** Events that came before the answer that names their subscription. */
  #strays: Stray[] = [];
  #asking = 0;

  constructor(port: SubscriptionPort) {
    this.#port = port;
    this.clock = port.clock;
  }

  /** Follows a topic from after an event's number, or from now, until the reader leaves or `signal` aborts. */
  follow(topic: string, after?: number, signal?: AbortSignal): TopicFollower {
    const follower = new TopicFollower(topic, after, this, signal);
    this.#followers.add(follower);
    follower.begin();
    return follower;
  }

  /** Parameters of `events/event`. */
  event(params: JsonObject): void {
    const { subscription: wireId, seq, at, data } = params;
    if (typeof wireId !== 'string' || typeof seq !== 'number' || typeof at !== 'string' || data === undefined) return;
    const event: TopicEvent = { seq, at, data };
    const follower = this.#byWireId.get(wireId);
    if (follower !== undefined) follower.event(event);
    else if (this.#asking > 0) this.#strays.push({ wireId, event });
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
    for (const follower of [...this.#followers]) follower.fail(cause);
  }

  isOnline(): boolean {
    return this.#port.session() !== undefined;
  }

  wake(): void {
    this.#port.wake();
  }

  subscribe(follower: TopicFollower, after: number | undefined): void {
    this.#asking++;
    const params = { topic: follower.topic, ...(after !== undefined && { after }) };
    this.#port.request('events/subscribe', params, (outcome) => {
      this.#asking--;
      if (outcome.ok) this.#bind(follower, isJsonObject(outcome.value) ? outcome.value : {});
      else follower.refused(outcome.error);
      if (this.#asking === 0) this.#strays = [];
    });
  }

  unsubscribe(follower: TopicFollower): void {
    for (const [wireId, bound] of this.#byWireId) {
      if (bound !== follower) continue;
      this.#byWireId.delete(wireId);
      this.#release(wireId);
    }
  }

  leave(follower: TopicFollower): void {
    this.#followers.delete(follower);
  }

  #bind(follower: TopicFollower, answer: JsonObject): void {
    const { subscription: wireId, lastSeq } = answer;
    if (typeof wireId !== 'string') {
      follower.refused(new RpcClientError('PROTOCOL', 'Cannot read the answer to events/subscribe'));
    } else if (follower.opened(typeof lastSeq === 'number' ? lastSeq : undefined)) {
      this.#byWireId.set(wireId, follower);
      for (const stray of this.#strays) if (stray.wireId === wireId) follower.event(stray.event);
    } else {
      this.#release(wireId);
    }
  }

  /** Best effort: a server that does not hear of it forgets the subscription with the connection. */
  #release(wireId: string): void {
    if (this.isOnline()) this.#port.request('events/unsubscribe', { subscription: wireId }, () => undefined);
  }
}
