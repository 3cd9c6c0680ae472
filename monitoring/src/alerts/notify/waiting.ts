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
  const newest = notices.at(-1);
  const isOver = newest?.notice.status === 'resolved';
  if (newcomer.kind === 'acknowledgement') {
    return { joins: !isOver && acknowledgements.length === 0, leave: [] };
  }
  const ends = newcomer.notice.status === 'resolved';
  // Nobody looks after what is over.
  const done = ends ? acknowledgements : [];
  if (newest === undefined) return { joins: true, leave: done };
  if (isOver === ends) {
    newest.notice = later(newest.notice, newcomer.notice);
    return { joins: false, leave: done };
  }
  const before = notices.at(-2);
  if (before !== undefined) {
    before.notice = later(before.notice, newcomer.notice);
    return { joins: false, leave: [newest, ...done] };
  }
  // A reminder is no news when the end is told right after it.
  if (newest.notice.status === 'repeated') return { joins: true, leave: [newest, ...done] };
  return { joins: true, leave: done };
}

/** The newer one, told as what the older one would have been: since when, and whether anybody heard of it before. */
function later(older: AlertNotice, newer: AlertNotice): AlertNotice {
  return { ...newer, status: older.status, startsAt: Math.min(older.startsAt, newer.startsAt) };
}
