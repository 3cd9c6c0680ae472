import { type Change, type Registry, serviceEvent } from '@callsheet/discovery';
import { CallError, type JsonObject, type Principal, type ToolLog } from '@callsheet/protocol';
import type { Clock } from '../clock.ts';
import type { Followed, Told, Topics } from '../methods/topics.ts';

export interface ServiceEventsParts {
  readonly registry: Pick<Registry, 'listen' | 'catalogue'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<ToolLog, 'warn'>;
  /** Whoever may see all workers. */
  readonly mayFollow: (principal: Principal) => boolean;
  /** Events that are kept; 1,000. */
  readonly most?: number;
  /** When a turn of the event loop is over; `setImmediate` by default. */
  readonly turn?: (callback: () => void) => void;
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

const TOPIC = 'services';
const MOST = 1_000;

/**
 * The topic `services`: what happens to the fleet, numbered like its revision, which `services/list` shows as well. Kept in
 * memory: whoever asks for more than that, or by the numbers of an earlier process, is told to look at the list again.
 */
export class ServiceEvents implements Topics {
  readonly #parts: ServiceEventsParts;
  readonly #kept: Kept[] = [];
  readonly #followers = new Set<Follower>();
  readonly #stopListening: () => void;
  /** Before the first of what is kept. */
  #begin: number;

  constructor(parts: ServiceEventsParts) {
    this.#parts = parts;
    this.#begin = parts.registry.catalogue.revision;
    this.#stopListening = parts.registry.listen((change) => this.#keep(change));
  }

  subscribe(principal: Principal, topic: string, after: number | undefined, listener: (event: Told) => void): Followed {
    const { mayFollow, turn = setImmediate } = this.#parts;
    if (topic !== TOPIC) throw new CallError('NOT_FOUND', `Cannot follow the topic "${topic.slice(0, 64)}"`);
    if (!mayFollow(principal)) {
      throw new CallError('FORBIDDEN', 'Cannot follow the topic "services": that takes the right to services/list');
    }
    const lastSeq = this.#kept.at(-1)?.seq ?? this.#begin;
    const follower: Follower = { listener, backlog: this.#after(after ?? lastSeq, lastSeq) };
    this.#followers.add(follower);
    // In a turn of its own: the subscription is answered before its first event.
    turn(() => this.#catchUp(follower));
    return { topic, lastSeq, mayFollow, close: () => this.#followers.delete(follower) };
  }

  /** Ends every subscription. */
  close(): void {
    this.#stopListening();
    this.#followers.clear();
  }

  /** @throws CallError CONFLICT when some of them are not here any more, or never were. */
  #after(seq: number, lastSeq: number): Kept[] {
    if (seq >= this.#begin && seq <= lastSeq) return this.#kept.slice(seq - this.#begin);
    const sentence =
      seq > lastSeq
        ? `the newest is ${lastSeq}; the gateway was restarted`
        : `those up to ${this.#begin} are forgotten`;
    throw new CallError(
      'CONFLICT',
      `Cannot follow "services" from after ${seq}: ${sentence}. Ask services/list, then follow from after its revision`,
      { details: { oldest: this.#begin, lastSeq } },
    );
  }

  #keep(change: Change): void {
    const { clock, most = MOST } = this.#parts;
    const kept = { seq: change.revision, at: new Date(clock.now()).toISOString(), data: serviceEvent(change) };
    this.#kept.push(kept);
    if (this.#kept.length > most) this.#begin = this.#kept.shift()?.seq ?? this.#begin;
    for (const follower of [...this.#followers]) {
      if (follower.backlog === undefined) this.#tell(follower, kept);
      else follower.backlog.push(kept);
    }
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
    try {
      follower.listener({ topic: TOPIC, seq, at, data });
    } catch (error) {
      this.#followers.delete(follower);
      this.#parts.log.warn({ topic: TOPIC, fault: String(error) }, 'a listener threw; its subscription is over');
    }
  }
}
