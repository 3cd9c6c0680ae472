import { CallError, isFinal, type JobEvent, type Principal, type ToolLog } from '@callsheet/protocol';
import type { LoggedEvent } from './event-log.ts';
import { Follower } from './follower.ts';
import type { JobRecord } from './job-record.ts';
import type { Ledger } from './ledger.ts';
import { isoTime, viewEvent } from './view.ts';

/** One event of a topic, as it travels. */
export interface TopicEvent {
  readonly topic: string;
  /** Gapless per topic, from 1. */
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly data: JobEvent;
}

/** A listener that answers a promise is given the next event when it has settled. */
export type TopicListener = (event: TopicEvent) => void | Promise<void>;

export interface Subscription {
  readonly topic: string;
  /** The newest number of the topic at the moment of subscribing; 0 when nothing has happened on it yet. */
  readonly lastSeq: number;
  /** Whose events they are. */
  readonly owner: string;
  close(): void;
}

/** What the gateway wants to know of a job it waits for. */
export interface JobWatcher {
  onFinal(): void;
  readonly onProgress?: ((event: Extract<JobEvent, { readonly type: 'progress' }>) => void) | undefined;
}

export interface JobEventsOptions {
  readonly log: Pick<ToolLog, 'warn'>;
  /** When a turn of the event loop is over; `setImmediate` by default. */
  readonly turn?: (callback: () => void) => void;
}

const ONE_JOB = /^jobs\/(.+)$/;

/** The topics `jobs/<id>` (one job) and `jobs` (all jobs of the caller). */
export class JobEvents {
  readonly #ledger: Ledger;
  readonly #options: JobEventsOptions;
  /** By job number and by owner. */
  readonly #followers = new Map<string, Set<Follower>>();
  readonly #stopListening: () => void;
  #newest: { readonly event: LoggedEvent; readonly data: JobEvent } | undefined;

  constructor(ledger: Ledger, options: JobEventsOptions) {
    this.#ledger = ledger;
    this.#options = options;
    this.#stopListening = ledger.listen((event) => {
      this.#tell(jobKey(event.job), event);
      this.#tell(ownerKey(event.owner), event);
    });
  }

  /**
   * Follows a topic: first everything after number `after` from the ledger, then live, without gap or repetition. Without
   * `after` only what happens from now on. Throws NOT_FOUND for other topics and for jobs that are not the caller's.
   */
  subscribe(principal: Principal, topic: string, after: number | undefined, listener: TopicListener): Subscription {
    const id = ONE_JOB.exec(topic)?.[1];
    if (id !== undefined) {
      return this.#followJob(this.#ledger.read.visible(principal, id, 'events/subscribe'), after, listener);
    }
    if (topic === 'jobs') {
      const events = this.#ledger.events;
      const newest = events.lastOfOwner(principal.id);
      return this.#follow(topic, ownerKey(principal.id), listener, {
        owner: principal.id,
        newest,
        after: after ?? newest,
        number: (event) => event.ownerSeq,
        page: (from, limit) => events.ofOwner(principal.id, from, limit),
      });
    }
    throw new CallError(
      'NOT_FOUND',
      `Cannot follow the topic "${topic.slice(0, 64)}"; there are "jobs" and "jobs/<id>"`,
    );
  }

  /**
   * Follows a job from now until it is final; for the gateway itself, so that nobody's rights are asked. Answers a function
   * that ends it. Throws NOT_FOUND for a job that is missing.
   */
  watch(jobId: string, { onFinal, onProgress }: JobWatcher): () => void {
    const job = this.#ledger.read.byId(jobId);
    if (job === undefined) throw new CallError('NOT_FOUND', `Cannot wait for the job "${jobId}": there is no such job`);
    const { close } = this.#followJob(job, undefined, ({ data }) => {
      if (data.type === 'progress') onProgress?.(data);
      else if (isFinal(data.job.status)) onFinal();
    });
    return close;
  }

  /** Ends every subscription. */
  close(): void {
    this.#stopListening();
    for (const followers of this.#followers.values()) for (const follower of followers) follower.close();
    this.#followers.clear();
  }

  #followJob(job: JobRecord, after: number | undefined, listener: TopicListener): Subscription {
    const { events } = this.#ledger;
    return this.#follow(`jobs/${job.id}`, jobKey(job.n), listener, {
      owner: job.principal.id,
      newest: job.lastSeq,
      after: after ?? job.lastSeq,
      number: (event) => event.seq,
      page: (from, limit) => events.ofJob(job.n, from, limit),
    });
  }

  #follow(
    topic: string,
    key: string,
    listener: TopicListener,
    {
      newest,
      owner,
      ...source
    }: {
      readonly newest: number;
      readonly owner: string;
      readonly after: number;
      readonly number: (event: LoggedEvent) => number;
      readonly page: (after: number, limit: number) => LoggedEvent[];
    },
  ): Subscription {
    const { log, turn = defaultTurn } = this.#options;
    const close = (): void => {
      follower.close();
      const others = this.#followers.get(key);
      others?.delete(follower);
      if (others?.size === 0) this.#followers.delete(key);
    };
    const follower = new Follower({
      ...source,
      turn,
      deliver: (event) => {
        const data = this.#view(event);
        if (data === undefined) return undefined;
        return listener({ topic, seq: source.number(event), at: isoTime(event.at), data });
      },
      failed: (error) => {
        log.warn({ topic, fault: String(error) }, 'a listener threw; its subscription is over');
        close();
      },
    });
    const followers = this.#followers.get(key) ?? new Set();
    this.#followers.set(key, followers.add(follower));
    follower.catchUp();
    return { topic, lastSeq: newest, owner, close };
  }

  #tell(key: string, event: LoggedEvent): void {
    for (const follower of this.#followers.get(key) ?? []) follower.live(event);
  }

  /** Undefined when the job was pruned meanwhile. */
  #view(event: LoggedEvent): JobEvent | undefined {
    if (this.#newest?.event === event) return this.#newest.data;
    const { read } = this.#ledger;
    const job = read.byId(event.jobId);
    if (job === undefined) return undefined;
    const completed = event.detail.type === 'state' && event.detail.status === 'completed';
    const data = viewEvent(event, job, completed ? read.resultOf(job.n) : undefined);
    this.#newest = { event, data };
    return data;
  }
}

function jobKey(job: number): string {
  return `job ${job}`;
}

function ownerKey(owner: string): string {
  return `owner ${owner}`;
}

function defaultTurn(callback: () => void): void {
  setImmediate(callback);
}
