import type { JsonObject } from '@callsheet/protocol';
import type { Channel } from './channel.ts';
import type { Perishable } from './deadlines.ts';
import { CancelledError, type RpcClientError, TimeoutError } from './errors.ts';
import type { CallSink, Invocation, Outcome } from './invocation.ts';
import { type Replay, replayOf } from './replay.ts';
import { readToolResult } from './tool-call.ts';

/** Who keeps the open calls. */
export interface CallKeeper {
  /** The caller or the clock ends it before its answer. */
  giveUp(call: PendingCall, error: RpcClientError): void;
  /** It ended. */
  ended(call: PendingCall, ok: boolean): void;
}

/** Of the priorities `high`, normal and `low`, in the order they are sent. */
const LANES: Readonly<Record<string, number>> = { high: 0, low: 2 };

/** One request between its start and its one outcome. */
export class PendingCall implements Perishable {
  readonly id: number;
  readonly call: Invocation;
  /** The whole message. */
  readonly text: string;
  /** What may happen to it when the connection is lost before the answer. */
  readonly replay: Replay;
  readonly lane: number;
  /** It belongs to this connection alone. */
  readonly only: Channel | undefined;
  readonly #sink: CallSink;
  readonly #keeper: CallKeeper;
  readonly #idleMs: number;
  readonly #totalMs: number;
  readonly #startedAt: number;
  #heardAt: number;
  /** Where it is in flight. */
  channel: Channel | undefined;
  /** Where it was sent last. */
  url: string | undefined;
  /** The only address where it may be sent again: there its idempotency key is known. */
  boundTo: string | undefined;
  /** Which message of its connection it was. */
  ordinal = 0;
  /** When it began to wait for a connection; negative while it does not. */
  waitingSince = -1;
  /** True while nobody knows yet whether it may be sent again. */
  undecided = false;
  unwatch: (() => void) | undefined;

  constructor(
    id: number,
    call: Invocation,
    text: string,
    sink: CallSink,
    keeper: CallKeeper,
    now: number,
    idleMs: number,
    totalMs: number | undefined,
    only: Channel | undefined,
  ) {
    const { idempotencyKey, priority = '' } = call.options;
    this.id = id;
    this.call = call;
    this.text = text;
    this.#sink = sink;
    this.#keeper = keeper;
    this.#idleMs = idleMs;
    this.#totalMs = totalMs ?? Infinity;
    this.#startedAt = now;
    this.#heardAt = now;
    this.only = only;
    this.replay = replayOf(call.method, idempotencyKey);
    // What the engine itself asks does not wait behind the calls.
    this.lane = only === undefined ? (LANES[priority] ?? 1) : 0;
  }

  get dueAt(): number {
    return Math.min(this.#heardAt + this.#idleMs, this.#startedAt + this.#totalMs);
  }

  get label(): string {
    const { tool, method } = this.call;
    return tool === undefined ? `"${method}"` : `tool "${tool}"`;
  }

  /** True when the server may have run it. */
  get maybeExecuted(): boolean {
    return this.url !== undefined;
  }

  expire(now: number): void {
    const total = this.#startedAt + this.#totalMs <= now + 1;
    this.#keeper.giveUp(this, this.timeout(total ? 'total' : this.maybeExecuted ? 'call' : 'queue'));
  }

  progress(params: JsonObject, now: number): void {
    this.#heardAt = now;
    this.#sink.progress?.(params);
  }

  /** Called once: whoever calls it has taken it from where it waited. */
  settle(outcome: Outcome): void {
    const { method, tool } = this.call;
    this.unwatch?.();
    const read = outcome.ok && method === 'tools/call' ? readToolResult(tool ?? '', outcome) : outcome;
    this.#keeper.ended(this, read.ok);
    this.#sink.settle(read);
  }

  fail(error: RpcClientError): void {
    this.settle({ ok: false, error });
  }

  cancelled(reason: unknown): CancelledError {
    return cancelledError(this.label, reason, this.maybeExecuted);
  }

  timeout(phase: 'queue' | 'call' | 'total'): TimeoutError {
    const why = {
      queue: 'it could not be sent in time',
      call: `no answer and no progress for ${this.#idleMs} ms`,
      total: `not done within ${this.#totalMs} ms`,
    };
    const { maybeExecuted } = this;
    return new TimeoutError(phase, `Gave up on ${this.label}: ${why[phase]}`, {
      maybeExecuted,
      retryable: !maybeExecuted || this.replay === 'safe',
    });
  }
}

/** The rejection of a call its caller gave up. `reason` is what the caller gave, kept as the cause. */
export function cancelledError(label: string, reason: unknown, maybeExecuted: boolean): CancelledError {
  const because = reason instanceof Error ? `: ${reason.message}` : typeof reason === 'string' ? `: ${reason}` : '';
  return new CancelledError('CANCELLED', `The caller cancelled ${label}${because}`, { cause: reason, maybeExecuted });
}
