import { isJsonObject, type JsonObject } from '@callsheet/protocol';
import { type AsyncQueue, asyncQueue } from './async-queue.ts';
import type { Clock, Timer } from './clock.ts';
import type { RpcClientError } from './errors.ts';
import type { Outcome } from './invocation.ts';
import { onAbort } from './on-abort.ts';
import { cancelledError } from './pending-call.ts';
import type { TopicEvent } from './topic-event.ts';
import { unreadable } from './wire-errors.ts';

/** What subscriptions need of the rest of the engine. */
export interface SubscriptionPort {
  readonly clock: Clock;
  isOnline(): boolean;
  wake(): void;
  /** `settle` runs at once when the answer arrives, before the message behind it is read. */
  request(method: string, params: JsonObject, settle: (outcome: Outcome) => void): void;
}

/** Every event of one topic once and in order, across lost connections, gaps and slow readers: all three end in asking again. */
export interface TopicFollower extends AsyncQueue<TopicEvent> {
  /** The newest event the server spoke of, whether it was read yet or not. */
  newestSeq: number;
}

/** Every topic a client follows, and which of the server's subscription ids belongs to which reader. */
export interface Subscriptions {
  /** Follows a topic from after an event's number, or from now, until the reader leaves or `signal` aborts. */
  follow(topic: string, after?: number, signal?: AbortSignal): TopicFollower;
  /** Parameters of `events/event`. */
  event(params: JsonObject): void;
  /** There is a session again, or none: the server's memory of the subscriptions went with it. */
  turn(isOnline: boolean): void;
  over(cause: RpcClientError): void;
}

/** Events that may wait for a slow reader. Then the subscription is given up, and taken up again where the reader is. */
const MOST_WAITING = 1_000;
/** After a refusal that may pass, twice as long after each further one. Milliseconds. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;

export function openSubscriptions({ clock, isOnline, wake, request }: SubscriptionPort): Subscriptions {
  const followers = new Map<TopicFollower, (isOnline: boolean) => void>();
  const live = new Map<unknown, (event: TopicEvent) => void>();
  /** Events that came before the answer that names their subscription. */
  let strays: JsonObject[] = [];
  let asking = 0;

  /** Best effort: a server that does not hear of it forgets the subscription with the connection. */
  const release = (subscription: string): void => {
    if (isOnline()) request('events/unsubscribe', { subscription }, () => undefined);
  };

  const event = (params: JsonObject): void => {
    const { subscription, seq, at, data } = params;
    if (typeof seq !== 'number' || typeof at !== 'string' || data === undefined) return;
    const take = live.get(subscription);
    if (take !== undefined) take({ seq, at, data });
    else if (asking > 0) strays.push(params);
  };

  /** @param after the newest event that was queued; undefined while nobody knows where the topic stands */
  const follow = (topic: string, after?: number, signal?: AbortSignal): TopicFollower => {
    let phase: 'waiting' | 'asking' | 'live' | 'paused' | 'ended' = 'waiting';
    /** The server's name for the newest subscription. */
    let subscription = '';
    let gapAfter: number | undefined;
    let retry: Timer | undefined;
    let asks = 0;
    let refusals = 0;
    let forget: (() => void) | undefined;

    const leave = (): void => {
      if (live.delete(subscription)) release(subscription);
    };

    /** Asks, now or as soon as there is a session. */
    const begin = (): void => {
      if (phase === 'ended') return;
      retry?.cancel();
      phase = 'waiting';
      if (!isOnline()) {
        wake();
        return;
      }
      phase = 'asking';
      asking++;
      const turn = ++asks;
      // Members that are undefined are left out by JSON itself.
      request('events/subscribe', { topic, after } as JsonObject, (outcome) => {
        asking--;
        const isWanted = phase === 'asking' && turn === asks;
        if (outcome.ok) opened(isJsonObject(outcome.value) ? outcome.value : {}, isWanted);
        else if (isWanted) refused(outcome.error);
        // Those that are still nobody's wait on, as long as anybody asks.
        for (const stray of strays.splice(0)) event(stray);
      });
    };

    /** The server follows the topic for us from here on. */
    const opened = ({ subscription: name, lastSeq }: JsonObject, isWanted: boolean): void => {
      if (!isWanted) {
        if (typeof name === 'string') release(name);
      } else if (typeof name !== 'string') self.fail(unreadable('the answer to events/subscribe'));
      else {
        phase = 'live';
        refusals = 0;
        subscription = name;
        live.set(name, take);
        if (typeof lastSeq !== 'number') return;
        after ??= lastSeq;
        self.newestSeq = Math.max(self.newestSeq, lastSeq);
      }
    };

    const refused = (error: RpcClientError): void => {
      phase = 'waiting';
      // What was asked on a session that is gone is asked when there is another one.
      if (error.code === 'CONNECTION_LOST') return;
      if (!error.retryable) self.fail(error);
      else {
        const pause = Math.min(RETRY_MS * 2 ** refusals++, MAX_RETRY_MS);
        retry = clock.after(Math.max(error.retryAfterMs ?? 0, pause), begin);
      }
    };

    const take = (told: TopicEvent): void => {
      const { seq } = told;
      const last = after ?? seq - 1;
      if (phase !== 'live' || seq <= last) return;
      // A second gap at the same place means that the server has forgotten those events: go on with what there is.
      if (seq > last + 1 && gapAfter !== last) {
        gapAfter = last;
        leave();
        begin();
        return;
      }
      after = seq;
      self.newestSeq = Math.max(self.newestSeq, seq);
      if (self.push(told) < MOST_WAITING) return;
      phase = 'paused';
      leave();
    };

    const turn = (online: boolean): void => {
      if (!online && (phase === 'live' || phase === 'asking')) phase = 'waiting';
      if (online && phase === 'waiting') begin();
    };

    const queue = asyncQueue<TopicEvent>(
      Infinity,
      () => {
        retry?.cancel();
        phase = 'ended';
        forget?.();
        followers.delete(self);
        leave();
      },
      () => {
        if (phase === 'paused') begin();
      },
    );
    const self = Object.assign(queue, { newestSeq: 0 });
    followers.set(self, turn);
    forget = onAbort(signal, () => self.fail(cancelledError(`following "${topic}"`, signal?.reason, false)));
    begin();
    return self;
  };

  return {
    follow,
    event,
    turn(online) {
      if (!online) {
        live.clear();
        strays = [];
      }
      for (const turn of followers.values()) turn(online);
    },
    over(cause) {
      for (const follower of followers.keys()) follower.fail(cause);
    },
  };
}
