import type { AlertNotice } from './notice.ts';

/** Something a channel has not been told yet. */
export interface Waiting {
  readonly kind: 'notice' | 'acknowledgement';
  notice: AlertNotice;
  /** Notices of one group may be delivered together. */
  readonly group: string;
  /** When it came, in milliseconds since the epoch. */
  readonly since: number;
  /** How often its delivery failed. */
  attempts: number;
  /** Whether it is being delivered: it is then what it is. */
  inFlight: boolean;
}

/** What is to be done with what waits, so that no alert has more than two notices waiting. */
export interface Merge {
  /** Whether the newcomer joins the queue; when not, it is told by one of the others, or nobody needs it. */
  readonly joins: boolean;
  /** Those that nobody needs any more. */
  readonly leave: readonly Waiting[];
}

/**
 * Makes one of two where that tells the same. A beginning and its end are both told, in their order; a third would make it
 * begin and end and begin: of that, one is told that lasted from the first to the last.
 *
 * @param waiting those of the same alert that are not being delivered, oldest first
 */
export function merge(waiting: readonly Waiting[], newcomer: Waiting): Merge {
  const notices = waiting.filter(({ kind }) => kind === 'notice');
  const acknowledgements = waiting.filter(({ kind }) => kind === 'acknowledgement');
  if (newcomer.kind === 'acknowledgement') {
    const last = notices.at(-1);
    return { joins: acknowledgements.length === 0 && !(last !== undefined && isEnd(last)), leave: [] };
  }
  const told: Waiting[] = [];
  // All of them: what was put back after a failure may now stand before what it would have been merged with.
  for (const entry of [...notices, newcomer]) append(told, entry);
  const leave = notices.filter((entry) => !told.includes(entry));
  // Nobody looks after what is over.
  return { joins: told.includes(newcomer), leave: isEnd(newcomer) ? [...leave, ...acknowledgements] : leave };
}

function append(told: Waiting[], entry: Waiting): void {
  const [first, second] = told;
  const last = second ?? first;
  if (last !== undefined && isEnd(last) === isEnd(entry)) {
    absorb(last, entry);
  } else if (first !== undefined && second !== undefined) {
    told.pop();
    absorb(first, entry);
  } else {
    // A reminder is no news when the end is told right after it.
    if (last?.notice.status === 'repeated') told.pop();
    told.push(entry);
  }
}

/** The newer one, told as what the older one would have been: since when, and whether anybody heard of it before. */
function absorb(older: Waiting, newer: Waiting): void {
  const { status, startsAt } = older.notice;
  older.notice = { ...newer.notice, status, startsAt: Math.min(startsAt, newer.notice.startsAt) };
}

function isEnd({ notice }: Waiting): boolean {
  return notice.status === 'resolved';
}
