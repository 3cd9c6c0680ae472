import type { Json } from '@callsheet/protocol';
import { AsyncQueue } from './async-queue.ts';
import type { Clock, Timer } from './clock.ts';
import type { RpcClientError } from './errors.ts';
import { onAbort } from './on-abort.ts';
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
  /**
   * Asks the server for the events after `after` and all later ones; without it, for later ones only. False when there is no
   * session yet.
   */
  subscribe(follower: TopicFollower, after: number | undefined): boolean;
  unsubscribe(follower: TopicFollower): void;
  /** The follower wants nothing any more. */
  leave(follower: TopicFollower): void;
}

/** Events that may wait for a slow reader. Then the subscription is given up, and taken up again where the reader is. */
const MOST_WAITING = 1_000;
const RETRY_MS = 1_000;

/** Every event of one topic once and in order, across lost connections, gaps and slow readers: all three end in asking again. */
export class TopicFollower extends AsyncQueue<TopicEvent> {
  readonly topic: string;
  /** The newest event the server spoke of, whether it was read yet or not. */
  newestSeq = 0;
  /** The server's name for the newest subscription. */
  wireId: string | undefined;
  readonly #source: TopicSource;
  /** The newest event that was queued; undefined while nobody knows where the topic stands. */
  #after: number | undefined;
  #gapAfter: number | undefined;
  #phase: 'waiting' | 'asking' | 'live' | 'paused' | 'ended' = 'waiting';
  #retry: Timer | undefined;

  constructor(topic: string, after: number | undefined, source: TopicSource, signal: AbortSignal | undefined) {
    super(Infinity, () => {
      this.#retry?.cancel();
      this.#phase = 'ended';
      forget?.();
      source.leave(this);
    });
    this.topic = topic;
    this.#after = after;
    this.#source = source;
    let forget: (() => void) | undefined;
    forget = onAbort(signal, () => this.fail(cancelledError(`following "${topic}"`, signal?.reason, false)));
  }

  /** Asks, now or as soon as there is a session. */
  begin(): void {
    if (this.#phase === 'ended') return;
    this.#retry?.cancel();
    // Asking may be answered at once.
    this.#phase = 'asking';
    if (!this.#source.subscribe(this, this.#after)) this.#phase = 'waiting';
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
    this.newestSeq = Math.max(this.newestSeq, lastSeq ?? 0);
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
    const { seq } = event;
    const last = this.#after ?? seq - 1;
    // A second gap at the same place means that the server has forgotten those events: go on with what there is.
    if (seq > last + 1 && this.#gapAfter !== last) {
      this.#gapAfter = last;
      this.#source.unsubscribe(this);
      this.begin();
    } else if (seq > last) {
      this.#after = seq;
      this.newestSeq = Math.max(this.newestSeq, seq);
      this.push(event);
      if (this.size >= MOST_WAITING) {
        this.#phase = 'paused';
        this.#source.unsubscribe(this);
      }
    }
  }

  override next(): Promise<IteratorResult<TopicEvent, undefined>> {
    const result = super.next();
    if (this.#phase === 'paused' && this.size === 0) this.begin();
    return result;
  }
}
