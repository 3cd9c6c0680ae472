import type { JsonObject, Params } from '@callsheet/protocol';
import { AbortFanout } from './abort-fanout.ts';
import { callText } from './call-text.ts';
import type { Channel } from './channel.ts';
import type { ClientEvents } from './client-events.ts';
import type { Timer } from './clock.ts';
import { type Deadlines, deadlines } from './deadlines.ts';
import { Emitter } from './emitter.ts';
import { ConnectionError, OverloadError, type RpcClientError, ValidationError } from './errors.ts';
import type { CallSink, Cancel, Invocation, Outcome } from './invocation.ts';
import type { Lines } from './lines.ts';
import { cancelledError, closedError, labelOf, lostError, type PendingCall, timeoutError } from './pending-call.ts';
import { isSafe } from './replay.ts';
import type { Settings } from './settings.ts';
import { readToolResult } from './tool-call.ts';
import { WaitingCalls } from './waiting-calls.ts';
import { notificationText } from './write-message.ts';

/** What the rest of the client brings to the engine. */
export interface EngineParts {
  /** Which lane a call waits in: 0 goes first, 2 last. */
  lane(call: Invocation, only: Channel | undefined): number;
  /** Whether running a tool twice does no harm; undefined while nobody knows. */
  isIdempotent(tool: string): boolean | undefined;
  /** Keeps a call that was lost and is `undecided`, until it knows. */
  undecided(call: PendingCall): void;
  /** There is a session, or room on one: what is undecided may be found out. */
  decide(): void;
  /** Parameters of `events/event`. */
  event(params: JsonObject): void;
  /** Events come on another session from now on, or on none. */
  moved(): void;
  /** The session that events come on is open. */
  home(): void;
  over(cause: RpcClientError): void;
}

/** The calling side of the conversation: sends requests where there is room, and sees to it that every call ends once. */
export interface Engine {
  readonly settings: Settings;
  readonly parts: EngineParts;
  readonly events: Emitter<ClientEvents>;
  readonly aborts: AbortFanout;
  readonly lines: Lines;
  readonly stats: { started: number; ok: number; failed: number; replayed: number };
  /** Every call that was started and has not ended. */
  readonly open: Deadlines<PendingCall>;
  /** What waits here, unsent. */
  readonly waiting: { readonly size: number; readonly length: number };
  /** Begins a call; with `only` on that connection or not at all. */
  start(call: Invocation, sink: CallSink, only?: Channel): Cancel;
  notify(method: string, params: Params | undefined): void;
  /** Ends a call that was taken from where it was. */
  settle(call: PendingCall, outcome: Outcome): void;
  /** Ends a call wherever it is. */
  giveUp(call: PendingCall, error: RpcClientError): void;
  /** Whether the call may be sent once more; `undecided` is set while nobody knows. */
  survives(call: PendingCall): boolean;
  /** There is a session, or room on one, or none any more. */
  pump(): void;
  /** The connection these were sent on is gone: each is sent again or ends. */
  lost(calls: readonly PendingCall[], cause: RpcClientError | undefined): void;
  /** Sends these once more, before all others. */
  again(calls: readonly PendingCall[]): void;
  /** Refuses every further call with this error; the open ones may finish. */
  refuse(error: RpcClientError): void;
  /** What further calls are refused with. */
  readonly refusal: RpcClientError | undefined;
  /** Resolves when no call is open. */
  idle(): Promise<void>;
  /** There will be no session any more. */
  over(cause: RpcClientError): void;
  close(code: number, reason: string): Promise<void>;
}

/** How often a full socket is looked at again. No platform tells in a page when it has written. Milliseconds. */
const CONGESTION_MS = 10;

const NOTHING: Cancel = () => undefined;

export function createEngine(settings: Settings, linesOf: (engine: Engine) => Lines, parts: EngineParts): Engine {
  const { clock } = settings;
  const { maxCalls, maxBytes, maxAgeMs } = settings.queue;
  const aborts = new AbortFanout();
  const waiting = new WaitingCalls();
  const stats = { started: 0, ok: 0, failed: 0, replayed: 0 };
  let refusal: RpcClientError | undefined;
  let isOver = false;
  let lastId = 0;
  /** Of the last dial that failed, or the last connection that was lost. */
  let trouble: RpcClientError | undefined;
  let congestion: Timer | undefined;
  let whenIdle: (() => void)[] = [];

  /** Without a session calls grow old; with one that has its hands full they do not. */
  const oldAt = ({ channel, waitingSince, boundTo }: PendingCall): number =>
    waitingSince < 0 || (channel ? channel.connection.session : lines.isOnline(boundTo))
      ? Infinity
      : waitingSince + maxAgeMs;

  const open = deadlines<PendingCall>(
    clock,
    (call) => Math.min(call.heardAt + call.idleMs, call.startedAt + call.totalMs, oldAt(call)),
    (pending, soon) => {
      const { call, channel, url, startedAt, heardAt, idleMs, totalMs, undecided, boundTo } = pending;
      const late = (phase: 'queue' | 'call' | 'total', ms: number): void => {
        // Why there was no connection is the better half of the answer.
        const cause = phase === 'queue' && !lines.isOnline() ? trouble : undefined;
        giveUp(pending, timeoutError(call, phase, ms, url !== undefined, isSafe(call), cause));
      };
      if (startedAt + totalMs < soon) late('total', totalMs);
      else if (heardAt + idleMs < soon) late(url === undefined ? 'queue' : 'call', idleMs);
      else if (channel) channel.lose();
      else if (undecided || boundTo !== undefined) giveUp(pending, lostError(pending));
      else late('queue', maxAgeMs);
    },
  );

  const settle = (call: PendingCall, outcome: Outcome): void => {
    const read = readToolResult(call.call, outcome);
    call.unwatch?.();
    open.forget(call);
    stats[read.ok ? 'ok' : 'failed']++;
    call.sink.settle(read);
    if (open.size > 0) return;
    for (const resolve of whenIdle) resolve();
    whenIdle = [];
  };

  const fail = (call: PendingCall, error: RpcClientError): void => settle(call, { ok: false, error });

  const giveUp = (call: PendingCall, error: RpcClientError): void => {
    const { channel } = call;
    if (channel) channel.giveUp(call, error.message);
    else if (!waiting.delete(call)) return;
    fail(call, error);
  };

  const cancel = (call: PendingCall, reason: unknown): void =>
    giveUp(call, cancelledError(labelOf(call.call), reason, call.url !== undefined));

  /** Before the message is written: whoever is refused again and again shall cost nothing. So the last one in may be beyond the size. */
  const refusalOf = (call: Invocation): RpcClientError | undefined => {
    const { signal } = call.options;
    const { size, length } = waiting;
    if (refusal !== undefined) return refusal;
    if (signal?.aborted) return cancelledError(labelOf(call), signal.reason, false);
    if (size < maxCalls && length < maxBytes) return undefined;
    const sentence = `Cannot call ${labelOf(call)}: ${size} calls of ${length} characters wait; await some first`;
    return new OverloadError('OVERLOADED', sentence, { retryable: true });
  };

  const start = (call: Invocation, sink: CallSink, only?: Channel): Cancel => {
    const { signal, trace, timeoutMs = settings.idleMs, totalMs = settings.totalMs } = call.options;
    const id = ++lastId;
    let text = '';
    let error = refusalOf(call);
    try {
      if (error === undefined) text = callText(id, call, totalMs, sink.progress && id);
    } catch (cause) {
      const why = (cause as Error).message;
      error = new ValidationError('INVALID_PARAMS', `Cannot call ${labelOf(call)} with these parameters: ${why}`, {
        cause,
      });
    }
    stats.started++;
    if (trace !== undefined) call.notes.traceparent ??= trace.traceparent;
    if (error !== undefined) {
      stats.failed++;
      sink.settle({ ok: false, error });
      return NOTHING;
    }
    const startedAt = clock.now();
    const pending: PendingCall = {
      id,
      call,
      sink,
      text,
      only,
      lane: parts.lane(call, only),
      startedAt,
      heardAt: startedAt,
      idleMs: timeoutMs,
      totalMs: totalMs ?? Infinity,
      channel: undefined,
      url: undefined,
      boundTo: undefined,
      isReplay: false,
      ordinal: 0,
      waitingSince: -1,
      undecided: false,
      unwatch: undefined,
    };
    if (signal !== undefined) pending.unwatch = aborts.watch(signal, () => cancel(pending, signal.reason));
    const channel = waiting.size > 0 ? undefined : lines.pick(pending);
    if (channel === undefined) {
      pending.waitingSince = startedAt;
      waiting.add(pending);
    }
    open.watch(pending);
    // What waits before it may wait for a connection of its own: this one need not.
    if (channel === undefined) pump();
    else channel.send(pending);
    return (reason) => cancel(pending, reason);
  };

  const pump = (): void => {
    if (waiting.size === 0) return;
    parts.decide();
    for (const call of waiting) {
      if (call.undecided) continue;
      const channel = lines.pick(call);
      if (channel !== undefined) {
        waiting.delete(call);
        channel.send(call);
      } else if (call.only === undefined && call.boundTo === undefined) break;
    }
    if (waiting.size > 0) wanted();
  };

  const wanted = (): void => {
    lines.wanted();
    if (lines.isCongested) {
      congestion ??= clock.after(CONGESTION_MS, () => {
        congestion = undefined;
        pump();
      });
    }
  };

  const survives = (call: PendingCall): boolean => {
    const { method, tool, options } = call.call;
    const idempotent = tool !== undefined && parts.isIdempotent(tool);
    if (call.only !== undefined) return false;
    if (options.idempotencyKey !== undefined && idempotent !== true) call.boundTo = call.url;
    if (isSafe(call.call)) return true;
    call.undecided = method === 'tools/call' && idempotent === undefined;
    return method === 'tools/call' && idempotent !== false;
  };

  const again = (calls: readonly PendingCall[]): void => {
    if (calls.length === 0) return;
    for (const call of calls) {
      call.channel = undefined;
      call.isReplay ||= call.url !== undefined;
      if (call.waitingSince < 0) call.waitingSince = clock.now();
      if (call.undecided) parts.undecided(call);
    }
    stats.replayed += calls.length;
    waiting.addFirst(calls);
    open.sooner();
  };

  const refuse = (error: RpcClientError): void => {
    refusal ??= error;
  };

  const engine: Engine = {
    settings,
    parts,
    get lines() {
      return lines;
    },
    events: new Emitter<ClientEvents>(),
    aborts,
    stats,
    waiting,
    open,
    start,
    settle,
    giveUp,
    survives,
    pump,
    again,
    refuse,
    get refusal() {
      return refusal;
    },
    notify(method, params) {
      const { state, home } = lines;
      if (home === undefined) {
        const sentence = `Cannot send "${method}": the client is ${state}; await connect() first`;
        throw new ConnectionError('CONNECTION_LOST', sentence, { retryable: state !== 'closed' });
      }
      home.connection.send(notificationText(method, params));
    },
    lost(calls, cause) {
      const kept: PendingCall[] = [];
      const gone: PendingCall[] = [];
      for (const call of calls) (!isOver && survives(call) ? kept : gone).push(call);
      again(kept);
      for (const call of gone) fail(call, lostError(call, cause));
    },
    idle: () => (open.size > 0 ? new Promise<void>((resolve) => whenIdle.push(resolve)) : Promise.resolve()),
    over(cause) {
      refuse(cause);
      isOver = true;
      congestion?.cancel();
      for (const call of [...waiting]) giveUp(call, call.url === undefined ? cause : lostError(call, cause));
      parts.over(cause);
    },
    close(code, reason) {
      return lines.close(code, reason, closedError('was closed'));
    },
  };
  engine.events.on('reconnecting', ({ cause }) => {
    trouble = cause;
  });
  const lines = linesOf(engine);
  return engine;
}
