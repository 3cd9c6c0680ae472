import { CallError, type Json } from '@callsheet/protocol';
import type { ScriptedGateway } from './scripted-gateway.ts';
import type { TestSession } from './test-session.ts';
import { isoTime } from './test-time.ts';

/** One topic: numbered events, told from where a follower asks and then live. */
export class TestTopic {
  readonly name: string;
  readonly #now: () => number;
  readonly #events = new Map<number, { readonly at: string; readonly data: Json }>();
  readonly #followers = new Map<string, TestSession>();
  #lastSeq = 0;

  /** `now`: milliseconds of the gateway's clock. */
  constructor(name: string, now: () => number = () => 0) {
    this.name = name;
    this.#now = now;
  }

  /** Live subscriptions of clients that are there. */
  get followers(): number {
    return [...this.#followers.values()].filter(({ line }) => line !== undefined).length;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Adds an event and tells it. */
  tell(data: Json): void {
    this.#add(data);
    for (const [subscription, session] of this.#followers) this.#send(session, subscription, this.#lastSeq);
  }

  /** Adds events without telling anyone: what a faulty gateway does. */
  skip(count: number): void {
    for (let at = 0; at < count; at++) this.#add({});
  }

  /** Tells an old event once more. */
  repeat(seq: number): void {
    for (const [subscription, session] of this.#followers) this.#send(session, subscription, seq);
  }

  /** Numbers that are used up by events nobody keeps. */
  lose(count: number): void {
    this.#lastSeq += count;
  }

  /** Tells everything after `after`, where it is given, and then what comes. */
  follow(subscription: string, session: TestSession, after: Json | undefined): void {
    this.#followers.set(subscription, session);
    session.onEnd(() => this.leave(subscription));
    if (typeof after !== 'number') return;
    for (const seq of this.#events.keys()) if (seq > after) this.#send(session, subscription, seq);
  }

  /** False when there was no such subscription. */
  leave(subscription: string): boolean {
    return this.#followers.delete(subscription);
  }

  #add(data: Json): void {
    this.#events.set(++this.#lastSeq, { at: isoTime(this.#now()), data });
  }

  #send(session: TestSession, subscription: string, seq: number): void {
    session.notify('events/event', { subscription, topic: this.name, seq, at: '', data: {}, ...this.#events.get(seq) });
  }
}

/** `events/subscribe` and `events/unsubscribe` of a gateway. */
export class TestTopics {
  readonly #topics = new Map<string, TestTopic>();
  #subscriptions = 0;

  constructor(gateway: ScriptedGateway) {
    gateway.handlers['events/subscribe'] = ({ topic: name, after }, { id }, line) => {
      const topic = this.#topics.get(String(name));
      if (topic === undefined) throw new CallError('NOT_FOUND', `Cannot follow the topic "${String(name)}"`);
      const subscription = `${topic.name}#${++this.#subscriptions}`;
      // The answer names the subscription, so it goes first.
      line.answer(id, { subscription, topic: topic.name, lastSeq: topic.lastSeq });
      topic.follow(subscription, line.session, after);
      return undefined;
    };
    gateway.handlers['events/unsubscribe'] = ({ subscription }) => {
      const left = [...this.#topics.values()].some((topic) => topic.leave(String(subscription)));
      if (!left) throw new CallError('NOT_FOUND', 'Cannot unsubscribe: there is no such subscription');
      return {};
    };
  }

  /** Adds a topic that clients may follow. */
  add(topic: TestTopic): TestTopic {
    this.#topics.set(topic.name, topic);
    return topic;
  }

  find(name: string): TestTopic | undefined {
    return this.#topics.get(name);
  }
}
