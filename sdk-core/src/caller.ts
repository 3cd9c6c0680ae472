import { isJsonObject, type JsonObject } from '@callsheet/protocol';
import { AbortFanout } from './abort-fanout.ts';
import { metaOf } from './call-options.ts';
import type { Channel } from './channel.ts';
import { TIMER_SLACK_MS, type Timer } from './clock.ts';
import { Deadlines } from './deadlines.ts';
import { ConnectionError, OverloadError, type RpcClientError, ValidationError } from './errors.ts';
import type { CallSink, Cancel, Invocation } from './invocation.ts';
import { type CallKeeper, cancelledError, PendingCall } from './pending-call.ts';
import type { Settings } from './settings.ts';
import { WaitingCalls } from './waiting-calls.ts';
import { requestText } from './write-message.ts';

/** What the calling side needs of the rest of the engine. */
export interface CallerPort {
  /** A connection the call may be sent on now. */
  pick(call: PendingCall): Channel | undefined;
  /** Calls wait: dial, or dial more. */
  wanted(): void;
  /** True while some session is open, whether it has room or not. */
  isOnline(): boolean;
  /** True while room comes by itself, without any message: a socket has more to write than it should. */
  isCongested(): boolean;
  /** Reads the catalogue, so that `isIdempotent` knows. */
  loadCatalog(): Promise<unknown>;
  isIdempotent(tool: string): boolean | undefined;
}

/** How often a full socket is looked at again. No platform tells in a page when it has written. Milliseconds. */
const CONGESTION_MS = 10;

const NOTHING: Cancel = () => undefined;

/** The calling side of the conversation: sends requests where there is room, and sees to it that every call ends once. */
export class Caller implements CallKeeper {
  readonly stats = { started: 0, ok: 0, failed: 0, replayed: 0 };
  readonly #settings: Settings;
  readonly #port: CallerPort;
  readonly #waiting = new WaitingCalls();
  /** Of those, the ones nobody knows about yet whether they may be sent again. */
  readonly #undecided = new Set<PendingCall>();
  readonly #open: Deadlines<PendingCall>;
  readonly aborts = new AbortFanout();
  #refusal: RpcClientError | undefined;
  #over = false;
  #deciding = false;
  #lastId = 0;
  #age: Timer | undefined;
  #congestion: Timer | undefined;
  #idle: (() => void)[] = [];

  constructor(settings: Settings, port: CallerPort) {
    this.#settings = settings;
    this.#port = port;
    this.#open = new Deadlines(settings.clock);
  }

  /** What waits here, unsent. */
  get waiting(): { readonly calls: number; readonly bytes: number } {
    return { calls: this.#waiting.size, bytes: this.#waiting.length };
  }

  /** Begins a call; with `only` on that connection or not at all. */
  start(call: Invocation, sink: CallSink, only?: Channel): Cancel {
    const { clock, idleMs } = this.#settings;
    const { options } = call;
    const id = ++this.#lastId;
    const totalMs = options.totalMs ?? this.#settings.totalMs;
    const text = textOf(id, call, metaOf(options, totalMs, sink.progress && id));
    const refused = typeof text === 'string' ? this.#refuse(call, text) : text;
    this.stats.started++;
    if (refused !== undefined || typeof text !== 'string') {
      this.stats.failed++;
      sink.settle({ ok: false, error: refused as RpcClientError });
      return NOTHING;
    }
    const pending = new PendingCall(
      id,
      call,
      text,
      sink,
      this,
      clock.now(),
      options.timeoutMs ?? idleMs,
      totalMs,
      only,
    );
    const { signal } = options;
    if (signal !== undefined) {
      pending.unwatch = this.aborts.watch(signal, () => this.giveUp(pending, pending.cancelled(signal.reason)));
    }
    this.#open.watch(pending);
    const channel = this.#waiting.size === 0 ? this.#port.pick(pending) : undefined;
    if (channel === undefined) this.#wait(pending);
    else channel.send(pending);
    return (reason) => this.giveUp(pending, pending.cancelled(reason));
  }

  giveUp(call: PendingCall, error: RpcClientError): void {
    if (this.#waiting.delete(call) || call.channel?.giveUp(call, error.message) === true) call.fail(error);
  }

  ended(call: PendingCall, ok: boolean): void {
    this.stats[ok ? 'ok' : 'failed']++;
    this.#open.forget(call);
    this.#undecided.delete(call);
    if (this.#open.size > 0 || this.#idle.length === 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Refuses every further call with this error; the open ones may finish. */
  refuse(error: RpcClientError): void {
    this.#refusal ??= error;
  }

  /** Resolves when no call is open. */
  idle(): Promise<void> {
    return this.#open.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  /** There is a session, or room on one. */
  pump(): void {
    if (this.#waiting.size === 0) return;
    this.#decide();
    for (const call of this.#waiting) {
      const channel = call.undecided ? undefined : this.#port.pick(call);
      if (channel !== undefined) {
        this.#waiting.delete(call);
        channel.send(call);
      } else if (!call.undecided && call.only === undefined && call.boundTo === undefined) break;
    }
    if (this.#waiting.size === 0) return;
    this.#port.wanted();
    this.#watch();
  }

  /** The connection these were sent on is gone: each is sent again or ends. */
  lost(calls: readonly PendingCall[], cause: RpcClientError | undefined): void {
    const again = this.#over ? [] : calls.filter((call) => this.survives(call));
    this.again(again);
    for (const call of calls) if (!again.includes(call)) call.fail(lostError(call, cause));
  }

  /** Sends these once more, before all others. */
  again(calls: readonly PendingCall[]): void {
    if (calls.length === 0) return;
    const now = this.#settings.clock.now();
    for (const call of calls) {
      call.channel = undefined;
      if (call.waitingSince < 0) call.waitingSince = now;
      if (call.undecided) this.#undecided.add(call);
    }
    this.stats.replayed += calls.length;
    this.#waiting.addFirst(calls);
    this.#watch();
  }

  /** There will be no session any more. */
  over(cause: RpcClientError): void {
    this.refuse(cause);
    this.#over = true;
    this.#age?.cancel();
    this.#congestion?.cancel();
    for (const call of [...this.#waiting]) {
      this.#waiting.delete(call);
      call.fail(call.maybeExecuted ? lostError(call, cause) : cause);
    }
  }

  /** Whether the call may be sent once more; `undecided` is set while nobody knows. */
  survives(call: PendingCall): boolean {
    const { replay, only, url } = call;
    const { tool, options } = call.call;
    if (only !== undefined) return false;
    const idempotent = tool === undefined ? undefined : this.#port.isIdempotent(tool);
    if (options.idempotencyKey !== undefined && idempotent !== true) call.boundTo = url;
    if (replay !== 'by-catalogue' || tool === undefined) return replay === 'safe';
    call.undecided = idempotent === undefined;
    return idempotent !== false;
  }

  #refuse({ tool, method, options }: Invocation, text: string): RpcClientError | undefined {
    if (this.#refusal !== undefined) return this.#refusal;
    const label = tool ?? method;
    if (options.signal?.aborted) return cancelledError(`"${label}"`, options.signal.reason, false);
    const { maxCalls, maxBytes } = this.#settings.queue;
    const { size, length } = this.#waiting;
    if (size === 0 || (size < maxCalls && length + text.length <= maxBytes)) return undefined;
    const sentence = `Cannot call "${label}": ${size} calls with ${length} characters wait already; await some first`;
    return new OverloadError('OVERLOADED', sentence, { retryable: true });
  }

  #wait(call: PendingCall): void {
    call.waitingSince = this.#settings.clock.now();
    this.#waiting.add(call);
    this.#port.wanted();
    this.#watch();
  }

  /** Without a session calls grow old; with one that has its hands full they do not. */
  #watch(): void {
    const { clock, queue } = this.#settings;
    if (this.#port.isOnline()) {
      this.#age?.cancel();
      this.#age = undefined;
      if (!this.#port.isCongested()) return;
      this.#congestion ??= clock.after(CONGESTION_MS, () => {
        this.#congestion = undefined;
        this.pump();
      });
    } else this.#age ??= clock.after(this.#oldest() + queue.maxAgeMs - clock.now(), () => this.#expire());
  }

  #oldest(): number {
    let oldest = Infinity;
    for (const { waitingSince } of this.#waiting) oldest = Math.min(oldest, waitingSince);
    return oldest;
  }

  #expire(): void {
    this.#age = undefined;
    const bornBefore = this.#settings.clock.now() - this.#settings.queue.maxAgeMs + TIMER_SLACK_MS;
    for (const call of [...this.#waiting]) {
      if (call.waitingSince < bornBefore) this.giveUp(call, call.undecided ? lostError(call) : call.timeout('queue'));
    }
    if (this.#waiting.size > 0) this.#watch();
  }

  /** Calls whose tool nobody looked up before the loss: look now, then send them again or give them up. */
  #decide(): void {
    if (this.#deciding || this.#undecided.size === 0 || !this.#port.isOnline()) return;
    this.#deciding = true;
    const decide = (): void => {
      this.#deciding = false;
      for (const call of [...this.#undecided]) {
        const survives = this.survives(call) && !call.undecided;
        call.undecided = false;
        this.#undecided.delete(call);
        if (survives) continue;
        this.#waiting.delete(call);
        call.fail(lostError(call));
      }
      this.pump();
    };
    this.#port.loadCatalog().then(decide, decide);
  }
}

/** The message of a request, or why there is none. */
function textOf(id: number, { method, params, tool }: Invocation, meta: JsonObject): string | RpcClientError {
  let whole = params;
  for (const _ in meta) {
    if (Array.isArray(params)) {
      return new ValidationError(
        'INVALID_PARAMS',
        `Cannot call "${method}" with these options: they need named parameters, got a list`,
      );
    }
    const given = (params as JsonObject | undefined)?._meta;
    whole = { ...(params as JsonObject), _meta: isJsonObject(given) ? { ...given, ...meta } : meta };
    break;
  }
  try {
    return requestText(id, method, whole);
  } catch (cause) {
    return new ValidationError(
      'INVALID_PARAMS',
      `Cannot call "${tool ?? method}": the arguments cannot be written as JSON`,
      { cause },
    );
  }
}

function lostError(call: PendingCall, cause?: RpcClientError): ConnectionError {
  const { maybeExecuted, label } = call;
  const closed = cause?.code === 'CLOSED';
  const sentence = `${closed ? 'The client was closed' : 'The connection was lost'} before ${label} was answered; it may have run`;
  return new ConnectionError(closed ? 'CLOSED' : 'CONNECTION_LOST', sentence, { cause, maybeExecuted });
}
