import { type Clock, TIMER_SLACK_MS, type Timer } from './clock.ts';

/** What may be silent for so long, and may take so long. Milliseconds, and times of the engine's clock. */
export interface Bounded {
  /** When it began, or gave its last sign of life: whoever hears one sets it. */
  heardAt: number;
  readonly idleMs: number;
  readonly endsAt: number;
}

export interface Deadlines<T> {
  /** How many are watched. */
  readonly size: number;
  watch(item: T): void;
  forget(item: T): void;
}

/**
 * The deadlines of all open calls on one timer: most calls are answered long before, and a timer each costs more than they do.
 *
 * @param expire told of what is over, and whether it took too long in all or was silent for too long; it is watched until
 * it is forgotten
 */
export function deadlines<T extends Bounded>(clock: Clock, expire: (item: T, inAll: boolean) => void): Deadlines<T> {
  const all = new Set<T>();
  let timer: Timer | undefined;
  let next = Infinity;

  const dueAt = ({ heardAt, idleMs, endsAt }: T): number => Math.min(heardAt + idleMs, endsAt);
  const arm = (at: number): void => {
    if (at >= next) return;
    timer?.cancel();
    next = at;
    timer = clock.after(Math.max(0, at - clock.now()), look);
  };
  /** Signs of life set no timer, so whoever looks due is asked again here. */
  const look = (): void => {
    const soon = clock.now() + TIMER_SLACK_MS;
    let first = Infinity;
    next = first;
    for (const item of [...all]) {
      if (dueAt(item) < soon) expire(item, item.endsAt < soon);
      else first = Math.min(first, dueAt(item));
    }
    arm(first);
  };

  return {
    get size() {
      return all.size;
    },
    watch(item) {
      all.add(item);
      arm(dueAt(item));
    },
    forget(item) {
      if (!all.delete(item) || all.size > 0) return;
      timer?.cancel();
      next = Infinity;
    },
  };
}
