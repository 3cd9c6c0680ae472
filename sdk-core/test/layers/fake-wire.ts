import type { Json, JsonObject, ToolInfo } from '@callsheet/protocol';
import { AbortFanout } from '../../src/abort-fanout.ts';
import type { CallOptions } from '../../src/call-options.ts';
import { type ErrorCode, RpcClientError } from '../../src/errors.ts';
import type { CallNotes, CallSink, Cancel, Invocation, Outcome, Start } from '../../src/invocation.ts';
import type { LayerParts } from '../../src/layers/layer-parts.ts';
import { cancelledError } from '../../src/pending-call.ts';
import { FakeClock } from '../fake-clock.ts';

/** A call as it arrived below the layers. */
export class SentCall {
  readonly call: Invocation;
  readonly sink: CallSink;
  /** Why it was given up, when it was. */
  cancelled: { readonly reason: unknown } | undefined;
  #over = false;

  constructor(call: Invocation, sink: CallSink) {
    this.call = call;
    this.sink = sink;
  }

  settle(outcome: Outcome): void {
    if (this.#over) return;
    this.#over = true;
    this.sink.settle(outcome);
  }

  answer(value: Json): void {
    this.settle({ ok: true, value });
  }

  fail(error: RpcClientError): void {
    this.settle({ ok: false, error });
  }

  progress(params: JsonObject): void {
    if (!this.#over) this.sink.progress?.(params);
  }

  cancel(reason: unknown): void {
    if (this.#over) return;
    this.cancelled = { reason };
    this.fail(cancelledError('it', reason, true));
  }
}

/** What is below the layers: it keeps calls until a test answers them, and counts what is sent, as the client's own does. */
export class FakeWire {
  readonly sent: SentCall[] = [];
  /** Answers at once, before `start` returns. */
  onCall: ((sent: SentCall) => void) | undefined;

  readonly start: Start = (call, sink) => {
    const sent = new SentCall(call, sink);
    this.sent.push(sent);
    call.notes.attempts++;
    call.notes.requestId = String(this.sent.length);
    this.onCall?.(sent);
    return (reason) => sent.cancel(reason);
  };

  /** The newest call. */
  get last(): SentCall {
    const last = this.sent.at(-1);
    if (last === undefined) throw new Error('Nothing was sent yet');
    return last;
  }
}

/** What one caller hears. */
export class Caller implements CallSink {
  readonly notes: CallNotes = {
    attempts: 0,
    cache: 'bypass',
    connection: undefined,
    requestId: undefined,
    traceparent: undefined,
  };
  readonly outcomes: Outcome[] = [];
  readonly reports: JsonObject[] = [];
  cancel: Cancel = () => undefined;

  settle(outcome: Outcome): void {
    this.outcomes.push(outcome);
  }

  progress(params: JsonObject): void {
    this.reports.push(params);
  }

  /** The one outcome; undefined while there is none. */
  get outcome(): Outcome | undefined {
    if (this.outcomes.length > 1) throw new Error(`Settled ${this.outcomes.length} times`);
    return this.outcomes[0];
  }

  get value(): Json | undefined {
    return this.outcome?.ok ? this.outcome.value : undefined;
  }

  get error(): RpcClientError | undefined {
    return this.outcome?.ok === false ? this.outcome.error : undefined;
  }
}

/** Calls tool `speak` through a layer. */
export function call(start: Start, options: CallOptions<never> = {}, args: Json = { text: 'hi' }): Caller {
  return invoke(start, { method: 'tools/call', tool: 'speak', params: { name: 'speak', arguments: args }, options });
}

export function invoke(start: Start, what: Omit<Invocation, 'notes'>): Caller {
  const caller = new Caller();
  caller.cancel = start({ ...what, notes: caller.notes }, caller);
  return caller;
}

/** What a catalogue says of a cacheable tool. */
export function annotations(cacheTtlMs: number): ToolInfo['annotations'] {
  return { idempotentHint: true, readOnlyHint: true, timeoutMs: 1_000, cacheTtlMs };
}

/** Parts with a clock to move by hand; randomness is always a half, and `speak` is cacheable for ten seconds. */
export function fakeParts(changes: Partial<LayerParts> = {}): LayerParts & { readonly clock: FakeClock } {
  const clock = new FakeClock();
  return {
    now: () => 1_000_000 + clock.now(),
    random: () => 0.5,
    aborts: new AbortFanout(),
    idleMs: 60_000,
    totalMs: undefined,
    isSafe: () => false,
    annotations: (tool) => (tool === 'speak' ? annotations(10_000) : undefined),
    partition: () => 'key_1@gateway',
    ...changes,
    clock,
  };
}

/** A refusal of the gateway that may be tried again. */
export function refusal(facts: { retryAfterMs?: number; maybeExecuted?: boolean } = {}): RpcClientError {
  return new RpcClientError('UNAVAILABLE', 'no worker', { retryable: true, wireCode: 5033, ...facts });
}

export function failure(code: ErrorCode): RpcClientError {
  return new RpcClientError(code, code);
}
