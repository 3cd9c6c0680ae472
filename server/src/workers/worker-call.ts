import type { EndpointCall } from '@callsheet/discovery';
import type { CallError, ErrorName, Json } from '@callsheet/protocol';

/** How a call at a worker ends, told once. */
export interface Settlement {
  readonly resolve: (answer: Json) => void;
  readonly reject: (error: unknown) => void;
}

const NOTHING: ReadonlySet<ErrorName> = new Set();

/** One call a worker has, from when it is sent until the worker has really ended. */
export class WorkerCall {
  readonly id: string;
  readonly call: EndpointCall;
  /** Milliseconds since the epoch; undefined when an earlier process sent it. */
  readonly sentAt: number | undefined;
  /** Requests the worker has under way for it. */
  nested = 0;
  /** Requests of it that left something behind, since it began. */
  inAll = 0;
  readonly #settlement: Settlement;
  #refused: Set<ErrorName> | undefined;
  #ends: Set<() => void> | undefined;
  #stopWaiting: (() => void) | undefined;
  #settled = false;

  constructor(id: string, call: EndpointCall, settlement: Settlement, sentAt?: number) {
    this.id = id;
    this.call = call;
    this.#settlement = settlement;
    this.sentAt = sentAt;
  }

  /** What the gateway refused while it served this call: the worker may give it as its own reason. */
  get refused(): ReadonlySet<ErrorName> {
    return this.#refused ?? NOTHING;
  }

  refuse(name: ErrorName): void {
    this.#refused ??= new Set();
    this.#refused.add(name);
  }

  /** Calls back when the worker may do nothing for this call any more. Answers a function that takes the wish back. */
  onSettled(listener: () => void): () => void {
    this.#ends ??= new Set();
    this.#ends.add(listener);
    return () => this.#ends?.delete(listener);
  }

  /** The appointment after which nobody waits for the worker any more. */
  giveUpWith(cancel: () => void): void {
    this.#stopWaiting?.();
    this.#stopWaiting = cancel;
  }

  resolve(answer: Json): void {
    if (this.#over()) this.#settlement.resolve(answer);
  }

  reject(error: CallError): void {
    if (this.#over()) this.#settlement.reject(error);
  }

  /** True the first time. */
  #over(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#stopWaiting?.();
    for (const end of this.#ends ?? []) end();
    this.#ends = undefined;
    return true;
  }
}
