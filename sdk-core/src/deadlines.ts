import { type Clock, TIMER_SLACK_MS, type Timer } from './clock.ts';

/** Open calls, each with the time when it is over. */
export interface Deadlines<T> {
  readonly size: number;
  readonly all: Readonly<Record<number, T>>;
  watch(item: T): void;
  forget(item: T): void;
  /** Some may be over earlier than they were when they came: looks again at all of them. */
  sooner(): void;
}

/**
 * The deadlines of all open calls on one timer: most calls are answered long before, and a timer each costs more than they do.
 * An object and no Map: the tables of a Map that is filled and emptied all the time outlive their calls until a full collection.
 *
 * @param dueAt when it is over, by the clock; signs of life may move that on without telling
 * @param expire told of what is over; it stays until it is forgotten
 */
export function deadlines<T extends { readonly id: number }>(
  clock: Clock,
  dueAt: (item: T) => number,
  expire: (item: T, now: number) => void,
): Deadlines<T> {
  const all: Record<number, T> = {};
  let timer: Timer | undefined;
  let next = Infinity;

  const arm = (item: T): void => {
    const at = dueAt(item);
    if (at >= next) return;
    timer?.cancel();
    next = at;
    timer = clock.after(Math.max(0, at - clock.now()), look);
  };
  const look = (): void => {
    const soon = clock.now() + TIMER_SLACK_MS;
    next = Infinity;
    for (const item of Object.values(all)) if (dueAt(item) < soon) expire(item, soon);
    self.sooner();
  };

  const self = {
    size: 0,
    all,
    watch(item: T) {
      self.size++;
      all[item.id] = item;
      arm(item);
    },
    forget({ id }: T) {
      delete all[id];
      if (--self.size > 0) return;
      timer?.cancel();
      next = Infinity;
    },
    sooner: () => Object.values(all).forEach(arm),
  };
  return self;
}
