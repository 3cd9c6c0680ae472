import type { JobRecord } from './job-record.ts';
import { Lane, type Stand } from './lane.ts';
import { lineOf, type Placed } from './line.ts';

/** What the order depends on. */
export type Waiting = Pick<JobRecord, 'id' | 'principal' | 'priority'> & Placed;

const HIGHEST = 9;
const NONE: ReadonlySet<string> = new Set();

/** One owner's jobs of one priority, a lane for each line. */
class OwnJobs<T extends Waiting> {
  readonly lanes = new Map<string, Lane<T>>();
  size = 0;

  lane(line: string): Lane<T> {
    const lane = this.lanes.get(line) ?? new Lane<T>();
    this.lanes.set(line, lane);
    return lane;
  }

  /** The one that has waited longest, among the lines that are not skipped. */
  first(skip: ReadonlySet<string>): Stand<T> | undefined {
    let first: Stand<T> | undefined;
    for (const [line, lane] of this.lanes) {
      const stand = lane.first;
      if (stand === undefined || skip.has(line)) continue;
      if (first === undefined || stand.order < first.order) first = stand;
    }
    return first;
  }

  remove(stand: Stand<T>): void {
    this.size -= 1;
    stand.lane.remove(stand);
    if (stand.lane.first === undefined) this.lanes.delete(lineOf(stand.item));
  }

  ahead(order: number): number {
    let count = 0;
    for (const lane of this.lanes.values()) count += lane.ahead(order);
    return count;
  }
}

/**
 * Higher priority first; within one priority the owners take turns, and each owner's jobs go in the order they came. So
 * nobody waits behind a thousand jobs of somebody else, nor behind jobs nobody can run now.
 */
export class FairQueue<T extends Waiting> {
  /** By priority, then by owner in the order of their turns. Nobody in there has no jobs. */
  readonly #levels: (Map<string, OwnJobs<T>> | undefined)[] = [];
  readonly #stands = new Map<string, Stand<T>>();
  #newest = 0;
  #oldest = 0;

  get size(): number {
    return this.#stands.size;
  }

  push(item: T): void {
    this.#newest += 1;
    this.#stands.set(item.id, this.#lane(item).push(item, this.#newest));
  }

  /** Puts back what was taken, in front of its owner's other jobs. */
  putBack(item: T): void {
    this.#oldest -= 1;
    this.#stands.set(item.id, this.#lane(item).unshift(item, this.#oldest));
  }

  /** Whose turn it is, jobs of the skipped lines aside. */
  next(skip: ReadonlySet<string> = NONE): T | undefined {
    for (let priority = HIGHEST; priority >= 0; priority--) {
      for (const own of this.#levels[priority]?.values() ?? []) {
        const stand = own.first(skip);
        if (stand !== undefined) return stand.item;
      }
    }
    return undefined;
  }

  /** Takes one out because it was its turn: its owner is behind all others now. */
  take(id: string): T | undefined {
    const item = this.remove(id);
    if (item === undefined) return undefined;
    const level = this.#levels[item.priority];
    const own = level?.get(item.principal.id);
    if (own === undefined) return item;
    level?.delete(item.principal.id);
    level?.set(item.principal.id, own);
    return item;
  }

  /** Takes one out for any other reason; undefined when it does not wait here. */
  remove(id: string): T | undefined {
    const stand = this.#stands.get(id);
    if (stand === undefined) return undefined;
    const { item } = stand;
    this.#stands.delete(id);
    const level = this.#levels[item.priority];
    const own = level?.get(item.principal.id);
    own?.remove(stand);
    if (own?.size === 0) level?.delete(item.principal.id);
    return item;
  }

  /** 1 for the job that is next, counting as if nothing came in between; undefined when it does not wait here. */
  position(id: string): number | undefined {
    const stand = this.#stands.get(id);
    if (stand === undefined) return undefined;
    const { item, order } = stand;
    let ahead = 0;
    for (const level of this.#levels.slice(item.priority + 1))
      for (const own of level?.values() ?? []) ahead += own.size;
    const level = this.#levels[item.priority];
    const rounds = level?.get(item.principal.id)?.ahead(order) ?? 0;
    let passedOwn = false;
    for (const [owner, own] of level ?? []) {
      if (owner === item.principal.id) passedOwn = true;
      // Owners whose turn comes before have one more in front of us.
      ahead += owner === item.principal.id ? rounds : Math.min(own.size, rounds + (passedOwn ? 0 : 1));
    }
    return ahead + 1;
  }

  #lane(item: T): Lane<T> {
    const { id, principal, priority } = item;
    if (!Number.isInteger(priority) || priority < 0 || priority > HIGHEST) {
      throw new Error(`Cannot queue the job "${id}": priority ${priority} is not 0 to ${HIGHEST}`);
    }
    const level = this.#levels[priority] ?? new Map<string, OwnJobs<T>>();
    this.#levels[priority] = level;
    const own = level.get(principal.id) ?? new OwnJobs<T>();
    level.set(principal.id, own);
    own.size += 1;
    return own.lane(lineOf(item));
  }
}
