import { CallError, type JsonObject, type Principal, type ToolLog } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { Followed, Told, Topics } from './topics.ts';

export interface KeptTopicParts {
  readonly topic: string;
  /** The method whose right it takes, for the sentence of a refusal. */
  readonly right: string;
  /** Where to look, and which number to follow from, when events are forgotten. */
  readonly advice: string;
  /** The number before the first event. */
  readonly begin: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<ToolLog, 'warn'>;
  readonly mayFollow: (principal: Principal) => boolean;
  /** Events that are kept; 1,000. */
  readonly most?: number | undefined;
  /** When a turn of the event loop is over; `setImmediate` by default. */
  readonly turn?: ((callback: () => void) => void) | undefined;
}

interface Kept {
  readonly seq: number;
  readonly at: string;
  readonly data: JsonObject;
}

interface Follower {
  readonly listener: (event: Told) => void;
  /** What it has to be given first; undefined once it has. */
  backlog: Kept[] | undefined;
}

const MOST = 1_000;

/**
 * A topic for whoever has a right, whose events are kept in memory: whoever asks for more than that, or by the numbers of an
 * earlier process, is told where to look instead.
 */
export class KeptTopic implements Topics {
  readonly #parts: KeptTopicParts;
  readonly #kept: Kept[] = [];
  readonly #followers = new Set<Follower>();
  /** Before the first of what is kept. */
  #begin: number;

  constructor(parts: KeptTopicParts) {
    this.#parts = parts;
    this.#begin = parts.begin;
  }

  /** Number of the newest event. */
  get lastSeq(): number {
    return this.#kept.at(-1)?.seq ?? this.#begin;
  }

  subscribe(principal: Principal, topic: string, after: number | undefined, listener: (event: Told) => void): Followed {
    const { topic: own, right, mayFollow, turn = setImmediate } = this.#parts;
    if (topic !== own) throw new CallError('NOT_FOUND', `Cannot follow the topic "${topic.slice(0, 64)}"`);
    if (!mayFollow(principal)) {
      throw new CallError('FORBIDDEN', `Cannot follow the topic "${own}": that takes the right to ${right}`);
    }
    const { lastSeq } = this;
    const follower: Follower = { listener, backlog: this.#after(after ?? lastSeq, lastSeq) };
    this.#followers.add(follower);
    // In a turn of its own: the subscription is answered before its first event.
    turn(() => this.#catchUp(follower));
    return { topic, lastSeq, mayFollow, close: () => this.#followers.delete(follower) };
  }

  /** Tells an event, and keeps it. Numbers follow each other without a gap; the next one when none is given. */
  tell(data: JsonObject, seq = this.lastSeq + 1): void {
    const { clock, most = MOST } = this.#parts;
    const kept = { seq, at: new Date(clock.now()).toISOString(), data };
    this.#kept.push(kept);
    if (this.#kept.length > most) this.#begin = this.#kept.shift()?.seq ?? this.#begin;
    for (const follower of [...this.#followers]) {
      if (follower.backlog === undefined) this.#tell(follower, kept);
      else follower.backlog.push(kept);
    }
  }

  /** Ends every subscription. */
  close(): void {
    this.#followers.clear();
  }

  /** @throws CallError CONFLICT when some of them are not here any more, or never were. */
  #after(seq: number, lastSeq: number): Kept[] {
    if (seq >= this.#begin && seq <= lastSeq) return this.#kept.slice(seq - this.#begin);
    const sentence =
      seq > lastSeq
        ? `the newest is ${lastSeq}; the gateway was restarted`
        : `those up to ${this.#begin} are forgotten`;
    const { topic, advice } = this.#parts;
    throw new CallError('CONFLICT', `Cannot follow "${topic}" from after ${seq}: ${sentence}. ${advice}`, {
      details: { oldest: this.#begin, lastSeq },
    });
  }

  #catchUp(follower: Follower): void {
    const backlog = follower.backlog ?? [];
    for (let at = 0; at < backlog.length && this.#followers.has(follower); at++) {
      const kept = backlog[at];
      if (kept !== undefined) this.#tell(follower, kept);
    }
    follower.backlog = undefined;
  }

  #tell(follower: Follower, { seq, at, data }: Kept): void {
    const { topic, log } = this.#parts;
    try {
      follower.listener({ topic, seq, at, data });
    } catch (error) {
      this.#followers.delete(follower);
      log.warn({ topic, fault: String(error) }, 'a listener threw; its subscription is over');
    }
  }
}
