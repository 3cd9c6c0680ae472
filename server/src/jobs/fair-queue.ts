import type { JobRecord } from './job-record.ts';

/** What the order depends on. */
export type Waiting = Pick<JobRecord, 'id' | 'principal' | 'priority'>;

const HIGHEST = 9;

/**
 * Higher priority first; within one priority the owners take turns, and each owner's jobs go in the order they came. So
 * nobody waits behind a thousand jobs of somebody else.
 */
export class FairQueue<T extends Waiting> {
  /** By priority, then by owner in the order of their turns. A lane is never empty. */
  readonly #levels: Map<string, T[]>[] = Array.from({ length: HIGHEST + 1 }, () => new Map<string, T[]>());
  readonly #items = new Map<string, T>();

  get size(): number {
    return this.#items.size;
  }

  push(item: T): void {
    this.#lane(item).push(item);
    this.#items.set(item.id, item);
  }

  /** Puts back what `take` answered, in front of its owner's other jobs. */
  putBack(item: T): void {
    this.#lane(item).unshift(item);
    this.#items.set(item.id, item);
  }

  /** Takes the next one. */
  take(): T | undefined {
    for (let priority = HIGHEST; priority >= 0; priority--) {
      const level = this.#levels[priority];
      const turn = level?.entries().next().value;
      if (level === undefined || turn === undefined) continue;
      const [owner, lane] = turn;
      const item = lane.shift();
      // Deleting and setting puts the owner behind all others.
      level.delete(owner);
      if (lane.length > 0) level.set(owner, lane);
      if (item !== undefined) this.#items.delete(item.id);
      return item;
    }
    return undefined;
  }

  /** Takes one out of the middle; undefined when it does not wait here. */
  remove(id: string): T | undefined {
    const item = this.#items.get(id);
    if (item === undefined) return undefined;
    this.#items.delete(id);
    const level = this.#level(item);
    const rest = (level.get(item.principal.id) ?? []).filter((other) => other !== item);
    if (rest.length > 0) level.set(item.principal.id, rest);
    else level.delete(item.principal.id);
    return item;
  }

  /** 1 for the job that `take` would answer, counting as if nothing came in between; undefined when it does not wait here. */
  position(id: string): number | undefined {
    const item = this.#items.get(id);
    if (item === undefined) return undefined;
    let ahead = 0;
    for (const level of this.#levels.slice(item.priority + 1)) for (const lane of level.values()) ahead += lane.length;
    const level = this.#level(item);
    const rounds = level.get(item.principal.id)?.indexOf(item) ?? 0;
    let passedOwn = false;
    for (const [owner, lane] of level) {
      if (owner === item.principal.id) passedOwn = true;
      // Owners whose turn comes before have one more in front of us.
      ahead += owner === item.principal.id ? rounds : Math.min(lane.length, rounds + (passedOwn ? 0 : 1));
    }
    return ahead + 1;
  }

  #lane(item: T): T[] {
    const level = this.#level(item);
    const lane = level.get(item.principal.id) ?? [];
    level.set(item.principal.id, lane);
    return lane;
  }

  #level(item: T): Map<string, T[]> {
    const level = this.#levels[item.priority];
    if (level === undefined)
      throw new Error(`Cannot queue the job "${item.id}": priority ${item.priority} is not 0 to 9`);
    return level;
  }
}
