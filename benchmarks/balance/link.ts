import type { EndpointCall, WorkerLink } from '@callsheet/discovery';
import { CallError, type Json } from '@callsheet/protocol';
import type { Order, SimulatedWorker } from './worker.ts';

/** One gateway's connection to a simulated worker. */
export class SimulatedLink implements WorkerLink {
  readonly #worker: SimulatedWorker;
  readonly #orders = new Set<LinkedOrder>();

  constructor(worker: SimulatedWorker) {
    this.#worker = worker;
  }

  call(call: EndpointCall): Promise<Json> {
    return new Promise((resolve, reject) => {
      const order = new LinkedOrder(call, (error) => {
        this.#orders.delete(order);
        if (error === undefined) resolve(null);
        else reject(error);
      });
      this.#orders.add(order);
      call.onAbort(() => this.#worker.withdraw(order));
      this.#worker.take(order);
    });
  }

  /** The socket closed. Nobody knows yet whether the worker comes back. */
  interrupt(): void {
    for (const order of this.#orders) order.interrupt();
  }

  /** It does not. */
  giveUp(): void {
    for (const order of this.#orders) order.giveUp();
  }
}

class LinkedOrder implements Order {
  readonly #call: EndpointCall;
  readonly #settle: (error: CallError | undefined) => void;
  #interrupted = false;

  constructor(call: EndpointCall, settle: (error: CallError | undefined) => void) {
    this.#call = call;
    this.#settle = settle;
  }

  get key(): string | undefined {
    const { key } = this.#call.args;
    return typeof key === 'string' ? key : undefined;
  }

  get unwanted(): boolean {
    return this.#call.reason !== undefined;
  }

  done(): void {
    if (!this.#interrupted) this.#settle(undefined);
  }

  failed(error: CallError): void {
    if (!this.#interrupted) this.#settle(error);
  }

  interrupt(): void {
    this.#interrupted = true;
    this.#call.interrupted();
  }

  giveUp(): void {
    const lost = 'The worker did not come back';
    if (this.#interrupted)
      this.#settle(new CallError('UPSTREAM_ERROR', lost, { retryable: true, maybeExecuted: true }));
  }
}
