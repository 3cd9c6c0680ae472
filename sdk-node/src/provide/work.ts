import { setMaxListeners } from 'node:events';
import { CallError, type Json, type JsonObject } from '@callsheet/protocol';
import type { Clock, Timer } from '@callsheet/sdk-core/platform';
import { internal, type Outcome } from './answer.ts';
import type { Carrier } from './carrier.ts';
import type { WorkOrder } from './order.ts';
import type { WorkSpan } from './work-span.ts';

/** Requests of one call that are under way at once; the gateway takes a few more. */
const MOST_ASKED = 32;

/** One call this worker works on, from its arrival until its tool has really ended. */
export class Work {
  readonly order: WorkOrder;
  readonly span: WorkSpan;
  readonly #abort = new AbortController();
  readonly #deadline: Timer;
  #carrier: Carrier | undefined;
  /** Whom it belonged to when its connection was lost. */
  #lostBy: Carrier | undefined;
  #waiting: (() => void)[] = [];
  #asked = 0;
  #turns: (() => void)[] = [];

  constructor(order: WorkOrder, carrier: Carrier, clock: Clock, span: WorkSpan) {
    this.order = order;
    this.span = span;
    this.#carrier = carrier;
    // A tool that asks for many things at once leaks nothing; the platform would warn of it.
    setMaxListeners(0, this.#abort.signal);
    const { deadlineMs } = order.meta;
    this.#deadline = clock.after(deadlineMs, () => {
      this.abort(
        new CallError('DEADLINE_EXCEEDED', `"${order.tool}" was not done within ${Math.round(deadlineMs)} ms`),
      );
    });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The connection its answer goes to; undefined while that is lost. */
  get carrier(): Carrier | undefined {
    return this.#carrier;
  }

  get lostBy(): Carrier | undefined {
    return this.#lostBy;
  }

  /** Tells the tool to stop. The first reason stands. */
  abort(reason: CallError): void {
    this.#deadline.cancel();
    if (!this.#abort.signal.aborted) this.#abort.abort(reason);
  }

  detach(): void {
    this.#lostBy = this.#carrier;
    this.#carrier = undefined;
  }

  attach(carrier: Carrier): void {
    this.#carrier = carrier;
    this.#lostBy = undefined;
    for (const go of this.#waiting.splice(0)) go();
  }

  /** The connection, as soon as there is one. Rejects with the signal's reason when the work is aborted. */
  async carried(): Promise<Carrier> {
    const { signal } = this;
    while (this.#carrier === undefined) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        const go = (): void => {
          signal.removeEventListener('abort', go);
          resolve();
        };
        signal.addEventListener('abort', go);
        this.#waiting.push(go);
      });
    }
    signal.throwIfAborted();
    return this.#carrier;
  }

  /**
   * Asks the gateway something on behalf of this call. `again`: asking twice does no harm, so a lost connection is waited for.
   *
   * @throws CallError the gateway's, or UPSTREAM_ERROR with `maybeExecuted` when the connection was lost before the answer.
   */
  async ask(method: string, params: JsonObject, again: boolean): Promise<Json> {
    await this.#turn();
    try {
      for (;;) {
        const carrier = await this.carried();
        const outcome = await carrier.ask(method, { work: this.order.id, ...params }, this.signal);
        if (outcome.kind === 'answered') return outcome.value;
        if (outcome.kind === 'refused') throw outcome.error;
        if (again) continue;
        throw new CallError('UPSTREAM_ERROR', `The connection was lost before ${method} was answered`, {
          maybeExecuted: true,
          retryable: false,
        });
      }
    } finally {
      this.#asked--;
      this.#turns.shift()?.();
    }
  }

  /** Runs the tool. Never rejects; `failed` hears what nobody else may. */
  async run(tool: () => unknown, failed: (error: unknown) => void): Promise<Outcome> {
    try {
      const value = await tool();
      const reason: unknown = this.signal.reason;
      // What nobody wants any more is not told; a deadline of ours or a drain leave it to the gateway whether it is too late.
      const unwanted = CallError.is(reason) && reason.errorName === 'CANCELLED';
      return unwanted ? { ok: false, error: reason } : { ok: true, value };
    } catch (error) {
      const reason: unknown = this.signal.reason;
      // Whatever a tool throws on its way out: it was told why.
      if (CallError.is(reason)) return { ok: false, error: reason };
      if (CallError.is(error)) return { ok: false, error };
      failed(error);
      return { ok: false, error: internal({ cause: error }) };
    } finally {
      this.#deadline.cancel();
    }
  }

  async #turn(): Promise<void> {
    while (this.#asked >= MOST_ASKED) await new Promise<void>((resolve) => this.#turns.push(resolve));
    this.#asked++;
  }
}
