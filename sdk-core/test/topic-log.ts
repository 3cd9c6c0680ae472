import type { Json } from '@callsheet/protocol';
import type { FakeGateway, FakeLine } from './fake-gateway.ts';

/** One topic of a fake gateway: numbered events, replayed from where a subscriber asks and then live. */
export class TopicLog {
  readonly #events = new Map<number, Json>();
  readonly #topic: string;
  readonly #followers = new Map<string, FakeLine>();
  #lastSeq = 0;
  #subscriptions = 0;

  constructor(gateway: FakeGateway, topic = 'jobs/1') {
    this.#topic = topic;
    const others = gateway.handlers['events/subscribe'];
    gateway.handlers['events/subscribe'] = (params, request, line) => {
      if (params.topic !== topic) return others?.(params, request, line);
      const subscription = `${topic}#${++this.#subscriptions}`;
      line.answer(request.id, { subscription, lastSeq: this.#lastSeq });
      this.#followers.set(subscription, line);
      if (typeof params.after === 'number')
        for (const seq of this.#events.keys()) if (seq > params.after) this.#tell(line, subscription, seq);
      return undefined;
    };
    const unsubscribe = gateway.handlers['events/unsubscribe'];
    gateway.handlers['events/unsubscribe'] = (params, request, line) => {
      this.#followers.delete(String(params.subscription));
      return unsubscribe?.(params, request, line) ?? {};
    };
  }

  /** Live subscriptions on open lines. */
  get followers(): number {
    return [...this.#followers.values()].filter((line) => line.open).length;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Adds events and tells them. */
  publish(count: number, data: Json = {}): void {
    for (let at = 0; at < count; at++) {
      this.#events.set(++this.#lastSeq, data);
      for (const [subscription, line] of this.#followers) this.#tell(line, subscription, this.#lastSeq);
    }
  }

  /** Adds events without telling anyone: what a faulty server does. */
  skip(count: number): void {
    for (let at = 0; at < count; at++) this.#events.set(++this.#lastSeq, {});
  }

  /** Tells an old event once more. */
  repeat(seq: number): void {
    for (const [subscription, line] of this.#followers) this.#tell(line, subscription, seq);
  }

  /** Numbers that are used up by events nobody keeps. */
  lose(count: number): void {
    this.#lastSeq += count;
  }

  #tell(line: FakeLine, subscription: string, seq: number): void {
    line.notify('events/event', {
      subscription,
      topic: this.#topic,
      seq,
      at: '2026-01-01T00:00:00.000Z',
      data: this.#events.get(seq) ?? {},
    });
  }
}
