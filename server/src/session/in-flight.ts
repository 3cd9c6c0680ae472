import { CallError, type Id } from '@callsheet/protocol';
import { Cancellation } from './cancellation.ts';

/** The calls of one connection that have no answer yet: the window, and the way to cancel one of them. */
export class InFlight {
  // Made at the first call: ten thousand connections may be open and silent.
  #byId: Map<Id, Cancellation> | undefined;
  /** Calls under id null: legal, and nobody can name them. */
  #nameless: Set<Cancellation> | undefined;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return (this.#byId?.size ?? 0) + (this.#nameless?.size ?? 0);
  }

  /**
   * @param bounded false for what has a bound elsewhere.
   * @throws CallError TOO_MANY_IN_FLIGHT when the window is full, CONFLICT when the id is already in use.
   */
  enter(id: Id, bounded = true): Cancellation {
    if (bounded && this.size >= this.#most) {
      const sentence = `Cannot take more than ${this.#most} calls at once on one connection; wait for an answer`;
      throw new CallError('TOO_MANY_IN_FLIGHT', sentence, { retryAfterMs: 50 });
    }
    if (id !== null && this.#byId?.has(id) === true) {
      throw new CallError('CONFLICT', `Cannot start a second call with id ${JSON.stringify(id)} while the first runs`);
    }
    const cancellation = new Cancellation();
    if (id === null) {
      this.#nameless ??= new Set();
      this.#nameless.add(cancellation);
    } else {
      this.#byId ??= new Map();
      this.#byId.set(id, cancellation);
    }
    return cancellation;
  }

  leave(id: Id, cancellation: Cancellation): void {
    if (id === null) this.#nameless?.delete(cancellation);
    else this.#byId?.delete(id);
  }

  /** Cancels one call; an unknown id is no error, the answer may have crossed the wish on its way. */
  cancel(id: Id, reason: CallError): void {
    this.#byId?.get(id)?.cancel(reason);
  }

  /** `left`: their caller is gone without a word. */
  cancelAll(reason: CallError, left = false): void {
    for (const call of [...(this.#byId?.values() ?? []), ...(this.#nameless ?? [])]) {
      if (left) call.leave(reason);
      else call.cancel(reason);
    }
  }
}
