import type { Clock, Random } from '@callsheet/discovery';
import { CallError } from '@callsheet/protocol';
import { logNormal } from './dice.ts';
import { FAILED_FAST_AFTER_MS, REFUSED_AFTER_MS, SLOW_FACTOR, type Troubles } from './trouble.ts';

/** One attempt at a worker. Exactly one of the two ends it, unless the worker hangs for ever. */
export interface Order {
  readonly key: string | undefined;
  /** Nobody wants the answer any more. */
  readonly unwanted: boolean;
  done(): void;
  failed(error: CallError): void;
}

export interface WorkerParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly troubles: Troubles;
  /** Keys it remembers, the least recently used forgotten first; a call whose key it knows takes a fifth of the time. */
  readonly remembers: number;
}

export const SLOTS = 4;
const MEAN_MS = 100;
const KNOWN_KEY_FACTOR = 5;

/**
 * A worker with slots and a queue in front of them, whatever the gateways believe it holds. A running call runs to its end also
 * when nobody wants it any more: many tools do not look at their signal. One still in the queue is left out.
 */
export class SimulatedWorker {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #troubles: Troubles;
  readonly #remembers: number;
  readonly #queue: Order[] = [];
  readonly #running = new Set<Order>();
  readonly #keys = new Set<string>();
  /** Every order that was taken or refused. */
  attempts = 0;
  hits = 0;

  constructor({ clock, random, troubles, remembers }: WorkerParts) {
    this.#clock = clock;
    this.#random = random;
    this.#troubles = troubles;
    this.#remembers = remembers;
    for (const { from } of troubles.of('crash')) clock.after(from, () => this.#crash());
    for (const { to } of troubles.of('hang')) clock.after(to, () => this.#goOn());
  }

  take(order: Order): void {
    this.attempts += 1;
    const trouble = this.#trouble;
    if (trouble === 'crash') this.#failIn(REFUSED_AFTER_MS, order, refused());
    else if (trouble === 'fail-fast') this.#failIn(FAILED_FAST_AFTER_MS, order, fault());
    else {
      this.#queue.push(order);
      this.#serve();
    }
  }

  /** The order became unwanted, and the worker is told so. */
  withdraw(order: Order): void {
    if (this.#trouble === 'hang') return;
    const place = this.#queue.indexOf(order);
    if (place < 0) return;
    this.#queue.splice(place, 1);
    order.failed(withdrawn());
  }

  get #trouble(): ReturnType<Troubles['at']> {
    return this.#troubles.at(this.#clock.monotonic());
  }

  #serve(): void {
    if (this.#trouble === 'hang') return;
    while (this.#running.size < SLOTS) {
      const order = this.#queue.shift();
      if (order === undefined) return;
      if (order.unwanted) order.failed(withdrawn());
      else this.#run(order);
    }
  }

  #run(order: Order): void {
    const trouble = this.#trouble;
    const fails = typeof trouble === 'object' && this.#random() < trouble.fails;
    const slower = trouble === 'slow' ? SLOW_FACTOR : 1;
    const faster = this.#knows(order.key) ? KNOWN_KEY_FACTOR : 1;
    this.#running.add(order);
    this.#clock.after((logNormal(MEAN_MS, this.#random) * slower) / faster, () => this.#end(order, fails));
  }

  #end(order: Order, fails: boolean): void {
    if (this.#trouble === 'hang') {
      for (const { from, to } of this.#troubles.of('hang')) {
        const now = this.#clock.monotonic();
        if (now >= from && now < to) this.#clock.after(to - now, () => this.#end(order, fails));
      }
      return;
    }
    // Lost in a crash meanwhile.
    if (!this.#running.delete(order)) return;
    if (fails) order.failed(fault());
    else order.done();
    this.#serve();
  }

  #crash(): void {
    const lost = [...this.#running, ...this.#queue.splice(0)];
    this.#running.clear();
    this.#keys.clear();
    for (const order of lost) this.#failIn(REFUSED_AFTER_MS, order, cutOff());
  }

  #goOn(): void {
    for (const order of [...this.#queue]) if (order.unwanted) this.withdraw(order);
    this.#serve();
  }

  #knows(key: string | undefined): boolean {
    if (key === undefined) return false;
    const known = this.#keys.delete(key);
    if (known) this.hits += 1;
    this.#keys.add(key);
    const [oldest] = this.#keys;
    if (this.#keys.size > this.#remembers && oldest !== undefined) this.#keys.delete(oldest);
    return known;
  }

  #failIn(ms: number, order: Order, error: CallError): void {
    this.#clock.after(ms, () => order.failed(error));
  }
}

function refused(): CallError {
  return new CallError('UPSTREAM_ERROR', 'The connection was refused', { retryable: true, maybeExecuted: false });
}

function cutOff(): CallError {
  return new CallError('UPSTREAM_ERROR', 'The connection was lost', { retryable: true, maybeExecuted: true });
}

function fault(): CallError {
  return new CallError('TOOL_FAILED', 'The simulated tool failed', { retryable: true });
}

function withdrawn(): CallError {
  return new CallError('CANCELLED', 'Nobody wants the answer any more');
}
