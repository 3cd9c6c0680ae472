import type { JsonObject } from '@callsheet/protocol';
import type { AbortFanout } from './abort-fanout.ts';
import type { Clock } from './clock.ts';
import { Deadline } from './deadline.ts';
import { CancelledError, type RpcClientError, TimeoutError } from './errors.ts';
import type { CallSink, Outcome } from './invocation.ts';
import type { Replay } from './replay.ts';

/** One request and everything its caller said about it. */
export interface CallSpec {
  readonly id: number;
  readonly method: string;
  /** The tool that is asked for, where the method asks for one. */
  readonly tool: string | undefined;
  /** The whole message. */
  readonly text: string;
  /** What may happen to it when the connection is lost before the answer. */
  readonly replay: Replay;
  readonly signal: AbortSignal | undefined;
  readonly idleMs: number;
  readonly totalMs: number | undefined;
  readonly sink: CallSink;
}

/** A call between its start and its one outcome, with its timer and its abort listener. */
export class PendingCall {
  readonly spec: CallSpec;
  /** How often it was sent. */
  attempts = 0;
  /** When it began to wait for a connection, by the engine's clock. */
  waitingSince = 0;
  /** True while nobody knows yet whether it may be sent again. */
  undecided = false;
  readonly #deadline: Deadline;
  readonly #unwatch: (() => void) | undefined;
  #settled = false;

  /** `giveUp` is told when the caller or the clock ends the call before its answer. */
  constructor(
    spec: CallSpec,
    clock: Clock,
    aborts: AbortFanout,
    giveUp: (call: PendingCall, error: RpcClientError) => void,
  ) {
    this.spec = spec;
    const { signal } = spec;
    this.#unwatch = signal && aborts.watch(signal, () => giveUp(this, this.cancelled(signal.reason)));
    this.#deadline = new Deadline(clock, spec.idleMs, spec.totalMs, (what) => {
      const phase = what === 'total' ? 'total' : this.attempts === 0 ? 'queue' : 'call';
      giveUp(this, this.timeout(phase));
    });
  }

  get label(): string {
    return this.spec.tool === undefined ? `"${this.spec.method}"` : `tool "${this.spec.tool}"`;
  }

  /** True when the server may have run it. */
  get maybeExecuted(): boolean {
    return this.attempts > 0;
  }

  progress(params: JsonObject): void {
    this.#deadline.heard();
    this.spec.sink.progress?.(params);
  }

  settle(outcome: Outcome): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#deadline.clear();
    this.#unwatch?.();
    this.spec.sink.settle(outcome);
  }

  fail(error: RpcClientError): void {
    this.settle({ ok: false, error });
  }

  cancelled(reason: unknown): CancelledError {
    return cancelledError(this.label, reason, this.maybeExecuted);
  }

  timeout(phase: 'queue' | 'call' | 'total'): TimeoutError {
    const { idleMs, totalMs } = this.spec;
    const why = {
      queue: 'it could not be sent in time',
      call: `no answer and no progress for ${idleMs} ms`,
      total: `not done within ${totalMs} ms`,
    };
    const { maybeExecuted } = this;
    return new TimeoutError(phase, `Gave up on ${this.label}: ${why[phase]}`, {
      maybeExecuted,
      retryable: !maybeExecuted || this.spec.replay === 'safe',
    });
  }
}

/** The rejection of a call its caller gave up. `reason` is what the caller gave, kept as the cause. */
export function cancelledError(label: string, reason: unknown, maybeExecuted: boolean): CancelledError {
  const because = reason instanceof Error ? `: ${reason.message}` : typeof reason === 'string' ? `: ${reason}` : '';
  return new CancelledError('CANCELLED', `The caller cancelled ${label}${because}`, { cause: reason, maybeExecuted });
}
