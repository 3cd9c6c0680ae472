import type { JsonObject } from '@callsheet/protocol';
import { Deadline } from '../deadline.ts';
import { type RpcClientError, TimeoutError } from '../errors.ts';
import type { CallSink, Invocation, Outcome } from '../invocation.ts';
import { cancelledError } from '../pending-call.ts';
import type { LayerParts } from './layer-parts.ts';

/**
 * A caller a layer keeps waiting, with everything that can end the waiting: their signal, their silence and total bounds,
 * their cancel. What is done for them meanwhile may belong to others too and has bounds of its own.
 */
export class Waiter {
  readonly call: Invocation;
  readonly #sink: CallSink;
  readonly #parts: LayerParts;
  readonly #leave: (reason: unknown) => boolean;
  readonly #startedAt: number;
  readonly #unwatch: (() => void) | undefined;
  #deadline: Deadline | undefined;
  #over = false;

  /** `leave` is told that the caller gives up, before they hear it themselves; it says whether the server may have run the call. */
  constructor(call: Invocation, sink: CallSink, parts: LayerParts, leave: (reason: unknown) => boolean) {
    this.call = call;
    this.#sink = sink;
    this.#parts = parts;
    this.#leave = leave;
    this.#startedAt = parts.clock.now();
    const { signal } = call.options;
    this.#unwatch = signal && parts.aborts.watch(signal, () => this.cancel(signal.reason));
    this.bound(call.options);
  }

  get over(): boolean {
    return this.#over;
  }

  /** Sets other bounds. The silence counts from now, the time in all from the start. */
  bound({ timeoutMs = this.#parts.idleMs, totalMs = this.#parts.totalMs }: Invocation['options']): void {
    const { clock } = this.#parts;
    this.#deadline?.clear();
    const left = totalMs && totalMs - (clock.now() - this.#startedAt);
    this.#deadline = new Deadline(clock, timeoutMs, left, (what) => {
      const why = what === 'idle' ? `no answer and no progress for ${timeoutMs} ms` : `not done within ${totalMs} ms`;
      this.#giveUp(why, (maybeExecuted) => {
        const phase = what === 'total' ? what : maybeExecuted ? 'call' : 'queue';
        const retryable = !maybeExecuted || this.#parts.isSafe(this.call);
        return new TimeoutError(phase, `Gave up on ${labelOf(this.call)}: ${why}`, { maybeExecuted, retryable });
      });
    });
  }

  progress(params: JsonObject): void {
    if (this.#over) return;
    this.#deadline?.heard();
    this.#sink.progress?.(params);
  }

  settle(outcome: Outcome): void {
    if (this.end()) this.#sink.settle(outcome);
  }

  cancel(reason: unknown): void {
    this.#giveUp(reason, (maybeExecuted) => cancelledError(labelOf(this.call), reason, maybeExecuted));
  }

  /** Lets go without a word to the caller. False when the waiting is over already. */
  end(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#deadline?.clear();
    this.#unwatch?.();
    return true;
  }

  #giveUp(reason: unknown, error: (maybeExecuted: boolean) => RpcClientError): void {
    if (this.end()) this.#sink.settle({ ok: false, error: error(this.#leave(reason)) });
  }
}

/** How sentences name a call. */
export function labelOf({ tool, method }: Invocation): string {
  return tool === undefined ? `"${method}"` : `tool "${tool}"`;
}

/** True when the caller's signal has aborted already; they are told so. */
export function settledAsAborted(call: Invocation, sink: CallSink): boolean {
  const { signal } = call.options;
  if (!signal?.aborted) return false;
  sink.settle({ ok: false, error: cancelledError(labelOf(call), signal.reason, false) });
  return true;
}
