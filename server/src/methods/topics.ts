import { CallError, type Principal } from '@callsheet/protocol';

/** One event of a topic, as it travels. */
export interface Told {
  readonly topic: string;
  /** Gapless per topic. */
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly data: unknown;
}

/** A topic somebody follows. */
export interface Followed {
  readonly topic: string;
  /** The newest number of the topic at the moment of subscribing. */
  readonly lastSeq: number;
  /** Whose events they are, when they are somebody's. */
  readonly owner?: string;
  /** Whether somebody may still hear them, where that is not a question of whose they are. */
  readonly mayFollow?: (principal: Principal) => boolean;
  close(): void;
}

/** Where events come from. */
export interface Topics {
  /** First everything after number `after`, then what comes. @throws CallError NOT_FOUND for a topic that is none of its */
  subscribe(principal: Principal, topic: string, after: number | undefined, listener: (event: Told) => void): Followed;
}

/** Several sources as one: a topic belongs to the source named like its first part, `jobs` for `jobs/<id>`. */
export class TopicSources implements Topics {
  readonly #sources: ReadonlyMap<string, Topics>;

  constructor(sources: Readonly<Record<string, Topics>>) {
    this.#sources = new Map(Object.entries(sources));
  }

  subscribe(...[principal, topic, after, listener]: Parameters<Topics['subscribe']>): Followed {
    const [first = ''] = topic.split('/', 1);
    const source = this.#sources.get(first);
    if (source !== undefined) return source.subscribe(principal, topic, after, listener);
    const known = [...this.#sources.keys()].map((name) => `"${name}"`).join(', ');
    throw new CallError('NOT_FOUND', `Cannot follow the topic "${topic.slice(0, 64)}"; there are ${known}`);
  }
}
