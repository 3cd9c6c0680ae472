import { CallError } from '@callsheet/protocol';
import CircuitBreaker from 'opossum';
import type { Agenda } from './agenda.ts';
import { TIMEOUT_MS } from './call.ts';
import type { Gateway, Surroundings } from './gateway.ts';
import type { Order, SimulatedWorker } from './worker.ts';

/**
 * The textbook: everyone in turn, each behind a breaker of its own whose counting is opossum's, with opossum's defaults (50 % of
 * the last 10 s, 30 s open) and the call's timeout. Whoever is refused by a breaker is sent to the next worker.
 */
export class OpossumGateway implements Gateway {
  readonly #breakers: readonly CircuitBreaker<[string | undefined], void>[];
  #turn: number;

  constructor({ agenda, random, fleet }: Surroundings) {
    this.#breakers = fleet.map(({ worker }) => {
      const action = (key: string | undefined): Promise<void> => ask(worker, key, agenda);
      return new CircuitBreaker(action, { timeout: TIMEOUT_MS });
    });
    this.#turn = Math.floor(random() * fleet.length);
  }

  async call(key: string | undefined): Promise<unknown> {
    for (let tries = this.#breakers.length; tries > 0; tries--) {
      this.#turn = (this.#turn + 1) % this.#breakers.length;
      const breaker = this.#breakers[this.#turn];
      // A half-open one lets one call through and refuses the others.
      if (breaker === undefined || breaker.opened || (breaker.halfOpen && !breaker.pendingClose)) continue;
      return breaker.fire(key);
    }
    throw new CallError('CIRCUIT_OPEN', 'Every breaker is open');
  }

  close(): void {
    for (const breaker of this.#breakers) breaker.shutdown();
  }
}

/** One attempt; given up by the worker too when its time is up, as with us. */
function ask(worker: SimulatedWorker, key: string | undefined, agenda: Agenda): Promise<void> {
  return new Promise((resolve, reject) => {
    const order = new TimedOrder(key, resolve, reject);
    order.keep(
      agenda.after(TIMEOUT_MS, () => {
        order.unwanted = true;
        worker.withdraw(order);
      }),
    );
    worker.take(order);
  });
}

class TimedOrder implements Order {
  readonly key: string | undefined;
  unwanted = false;
  readonly #resolve: () => void;
  readonly #reject: (error: CallError) => void;
  #forgetTimeout: () => void = () => undefined;

  constructor(key: string | undefined, resolve: () => void, reject: (error: CallError) => void) {
    this.key = key;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  keep(forgetTimeout: () => void): void {
    this.#forgetTimeout = forgetTimeout;
  }

  done(): void {
    this.#forgetTimeout();
    this.#resolve();
  }

  failed(error: CallError): void {
    this.#forgetTimeout();
    this.#reject(error);
  }
}
