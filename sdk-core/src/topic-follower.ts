import type { Json } from '@callsheet/protocol';
import { AsyncQueue } from './async-queue.ts';
import type { Clock, Timer } from './clock.ts';
import type { RpcClientError } from './errors.ts';
import { cancelledError } from './pending-call.ts';

/** One thing that happened on a topic. */
export interface TopicEvent {
  /** Gapless per topic, starting at 1. */
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly data: Json;
}

/** What following a topic needs of the rest of the engine. */
export interface TopicSource {
  readonly clock: Clock;
  isOnline(): boolean;
  wake(): void;
  /** Asks the server for the events after `after` and all later ones; without it, for later ones only. */
  subscribe(follower: TopicFollower, after: number | undefined): void;
  unsubscribe(follower: TopicFollower): void;
  /** The follower wants nothing any more. */
  leave(follower: TopicFollower): void;
}

/** Events that may wait for a slow reader. Then the subscription is given up, and taken up again where the reader is. */
const MOST_WAITING = 1_000;
const RETRY_MS = 1_000;

/** Every event of one topic once and in order, across lost connections, gaps and slow readers: all three end in asking again. */
export class TopicFollower implements AsyncIterableIterator<TopicEvent, undefined> {
  readonly topic: string;
  readonly #source: TopicSource;
  readonly #queue: AsyncQueue<TopicEvent>;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort: () => void;
  /** The newest event that was queued; undefined while nobody knows where the topic stands. */
  #after: number | undefined;
  #newestSeq = 0;
  #gapAfter: number | undefined;
  #phase: 'waiting' | 'asking' | 'live' | 'paused' | 'ended' = 'waiting';
  #retry: Timer | undefined;

  constructor(topic: string, after: number | undefined, source: TopicSource, signal: AbortSignal | undefined) {
    this.topic = topic;
    this.#after = after;
    this.#source = source;
    this.#queue = new AsyncQueue(Number.POSITIVE_INFINITY, () => this.#leave());
    this.#signal = signal;
    this.#onAbort = () => this.fail(cancelledError(`following "${topic}"`, signal?.reason, false));
    signal?.addEventListener('abort', this.#onAbort);
  }

  /** The newest event the server spoke of, whether it was read yet or not. */
  get newestSeq(): number {
    return this.#newestSeq;
  }

  /** Asks, now or as soon as there is a session. */
  begin(): void {
    if (this.#phase === 'ended') return;
    this.#retry?.cancel();
    if (this.#signal?.aborted) {
      this.#onAbort();
    } else if (this.#source.isOnline()) {
      this.#phase = 'asking';
      this.#source.subscribe(this, this.#after);
    } else {
      this.#phase = 'waiting';
      this.#source.wake();
    }
  }

  /** There is a session again. */
  online(): void {
    if (this.#phase === 'waiting') this.begin();
  }

  /** The session is gone, and the server's memory of this subscription with it. */
  offline(): void {
    if (this.#phase === 'live') this.#phase = 'waiting';
  }

  /** The server follows the topic for us from here on. False when nobody wants it any more. */
  opened(lastSeq: number | undefined): boolean {
    if (this.#phase !== 'asking') return false;
    this.#phase = 'live';
    this.#after ??= lastSeq;
    this.#newestSeq = Math.max(this.#newestSeq, lastSeq ?? 0);
    return true;
  }

  /** The server did not subscribe us. */
  refused(error: RpcClientError): void {
    if (this.#phase !== 'asking') return;
    this.#phase = 'waiting';
    if (error.code === 'CONNECTION_LOST') return;
    if (!error.retryable) this.fail(error);
    else this.#retry = this.#source.clock.after(error.retryAfterMs ?? RETRY_MS, () => this.begin());
  }

  event(event: TopicEvent): void {
    if (this.#phase !== 'live') return;
    const expected = (this.#after ?? event.seq - 1) + 1;
    if (event.seq < expected) return;
    // A second gap at the same place means that the server has forgotten those events: go on with what there is.
    if (event.seq > expected && this.#gapAfter !== this.#after) {
      this.#gapAfter = this.#after;
      this.#source.unsubscribe(this);
      this.begin();
      return;
    }
    this.#after = event.seq;
    this.#newestSeq = Math.max(this.#newestSeq, event.seq);
    this.#queue.push(event);
    if (this.#queue.size < MOST_WAITING) return;
    this.#source.unsubscribe(this);
    this.#phase = 'paused';
  }

  /** Ends the iteration with an error. */
  fail(error: RpcClientError): void {
    this.#queue.fail(error);
    this.#leave();
  }

  /** Ends the iteration quietly. */
  end(): void {
    this.#queue.end();
    this.#leave();
  }

  next(): Promise<IteratorResult<TopicEvent, undefined>> {
    const result = this.#queue.next();
    if (this.#phase === 'paused' && this.#queue.size === 0) this.begin();
    return result;
  }

  return(): Promise<IteratorResult<TopicEvent, undefined>> {
    return this.#queue.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #leave(): void {
    if (this.#phase === 'ended') return;
    this.#retry?.cancel();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#phase = 'ended';
    this.#source.unsubscribe(this);
    this.#source.leave(this);
  }
}
