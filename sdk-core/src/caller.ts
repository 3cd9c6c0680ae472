import { type JsonObject, notificationText } from '@callsheet/protocol';
import { AbortFanout } from './abort-fanout.ts';
import type { Clock } from './clock.ts';
import { ConnectionError, OverloadError, RpcClientError } from './errors.ts';
import type { Outcome } from './invocation.ts';
import { OfflineQueue, type QueueLimits } from './offline-queue.ts';
import { type CallSpec, cancelledError, PendingCall } from './pending-call.ts';
import type { Session } from './session.ts';
import { utf8Length } from './utf8-length.ts';

/** What the calling side needs of the rest of the engine. */
export interface CallerPort {
  send(text: string): void;
  /** A call waits for a session. */
  wake(): void;
  /** The server is going away and nothing is in flight: time to move. */
  renew(reason: string): void;
  /** Reads the catalogue, so that `isIdempotent` knows. */
  loadCatalog(): Promise<unknown>;
  isIdempotent(tool: string): boolean | undefined;
}

const QUEUE: QueueLimits = { maxCalls: 10_000, maxAgeMs: 30_000 };

/** The calling side of the conversation: sends requests, matches answers, and sees to it that every call ends once. */
export class Caller {
  readonly #clock: Clock;
  readonly #port: CallerPort;
  readonly #queue: OfflineQueue;
  readonly #aborts = new AbortFanout();
  readonly #inFlight = new Map<number, PendingCall>();
  #session: Session | undefined;
  #serverDrains = false;
  #refusal: RpcClientError | undefined;
  #deciding = false;
  #lastId = 0;
  #idle: (() => void)[] = [];

  constructor(clock: Clock, port: CallerPort, limits: QueueLimits = QUEUE) {
    this.#clock = clock;
    this.#port = port;
    this.#queue = new OfflineQueue(clock, limits, (call) => call.fail(call.timeout('queue')));
  }

  /** An id no call of this client had before. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Starts a call. The returned function gives it up. */
  start(spec: CallSpec): (reason: unknown) => void {
    const refused = this.#refuse(spec);
    if (refused !== undefined) {
      spec.sink.settle({ ok: false, error: refused });
      return () => undefined;
    }
    const call = new PendingCall(spec, this.#clock, this.#aborts, (given, error) => this.#giveUp(given, error));
    this.#queue.add(call);
    this.#pump();
    if (this.#session === undefined) this.#port.wake();
    return (reason) => this.#giveUp(call, call.cancelled(reason));
  }

  /** Refuses every further call with this error; the open ones may finish. */
  refuse(error: RpcClientError): void {
    this.#refusal ??= error;
  }

  /** Resolves when no call is open. */
  idle(): Promise<void> {
    if (this.#inFlight.size + this.#queue.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  answer(id: number, outcome: Outcome): void {
    const call = this.#inFlight.get(id);
    // An answer to a call that was given up meanwhile.
    if (call === undefined) return;
    this.#inFlight.delete(id);
    call.settle(outcome);
    this.#pump();
  }

  /** The tool a call asked for, to name it in its error. */
  toolOf(id: number): string | undefined {
    return this.#inFlight.get(id)?.spec.tool;
  }

  /** The call that is alone in flight: only it can be meant by an error without an id. */
  onlyInFlight(): number | undefined {
    const [id, second] = this.#inFlight.keys();
    return second === undefined ? id : undefined;
  }

  progress(id: number, params: JsonObject): void {
    this.#inFlight.get(id)?.progress(params);
  }

  /** The server said it is going down: what is in flight may finish, new calls wait for the next session. */
  serverDrains(): void {
    this.#serverDrains = true;
    this.#pump();
  }

  online(session: Session): void {
    this.#session = session;
    this.#serverDrains = false;
    this.#queue.online();
    this.#decide();
    this.#pump();
  }

  /** The session is gone, another will come. Returns how many calls were in flight. */
  offline(cause: RpcClientError): number {
    this.#session = undefined;
    const lost = [...this.#inFlight.values()];
    this.#inFlight.clear();
    const again = lost.filter((call) => this.#survives(call));
    this.#queue.offline(again);
    for (const call of lost) if (!again.includes(call)) call.fail(lostError(call, cause));
    this.#checkIdle();
    return lost.length;
  }

  /** There will be no session any more. Returns how many calls were in flight. */
  over(cause: RpcClientError): number {
    this.refuse(cause);
    this.#session = undefined;
    const lost = [...this.#inFlight.values()];
    this.#inFlight.clear();
    for (const call of lost) call.fail(lostError(call, cause));
    for (const call of this.#queue.takeAll()) call.fail(call.maybeExecuted ? lostError(call, cause) : cause);
    this.#checkIdle();
    return lost.length;
  }

  #refuse(spec: CallSpec): RpcClientError | undefined {
    if (this.#refusal !== undefined) return this.#refusal;
    const label = spec.tool ?? spec.method;
    if (spec.signal?.aborted) return cancelledError(`"${label}"`, spec.signal.reason, false);
    if (!this.#queue.isFull) return undefined;
    const sentence = `Cannot call "${label}": ${this.#queue.size} calls wait already; await some of them first`;
    return new OverloadError('OVERLOADED', sentence, { retryable: true });
  }

  #pump(): void {
    const session = this.#session;
    if (session !== undefined && !this.#serverDrains) {
      while (this.#inFlight.size < session.maxInFlight) {
        const call = this.#queue.next();
        if (call === undefined) break;
        this.#send(call, session);
      }
    } else if (session !== undefined && this.#inFlight.size === 0) {
      this.#port.renew('the gateway is going down');
    }
    this.#checkIdle();
  }

  #send(call: PendingCall, session: Session): void {
    const { id, text } = call.spec;
    const limit = session.maxPayloadBytes;
    if (text.length * 3 > limit && utf8Length(text) > limit) {
      const sentence = `Cannot send ${call.label}: the message takes ${utf8Length(text)} bytes, the gateway takes ${limit}`;
      call.fail(new RpcClientError('TOO_LARGE', `${sentence}; pass large media by URL or asset id`));
      return;
    }
    this.#inFlight.set(id, call);
    call.attempts++;
    this.#port.send(text);
  }

  #giveUp(call: PendingCall, error: RpcClientError): void {
    if (this.#inFlight.delete(call.spec.id)) {
      this.#port.send(notificationText('notifications/cancelled', { requestId: call.spec.id, reason: error.message }));
    } else {
      this.#queue.delete(call);
    }
    call.fail(error);
    this.#pump();
  }

  #survives(call: PendingCall): boolean {
    const { replay, tool } = call.spec;
    if (replay !== 'by-catalogue' || tool === undefined) return replay === 'safe';
    const idempotent = this.#port.isIdempotent(tool);
    call.undecided = idempotent === undefined;
    return idempotent !== false;
  }

  /** Calls whose tool nobody looked up before the loss: look now, then send them again or give them up. */
  #decide(): void {
    if (this.#deciding || this.#queue.undecided().length === 0) return;
    this.#deciding = true;
    const decide = (): void => {
      this.#deciding = false;
      for (const call of this.#queue.undecided()) {
        call.undecided = false;
        if (this.#survives(call) && !call.undecided) continue;
        this.#queue.delete(call);
        call.fail(lostError(call));
      }
      this.#pump();
    };
    this.#port.loadCatalog().then(decide, decide);
  }

  #checkIdle(): void {
    if (this.#idle.length === 0 || this.#inFlight.size + this.#queue.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

function lostError(call: PendingCall, cause?: RpcClientError): ConnectionError {
  const { maybeExecuted, label } = call;
  const [code, why] =
    cause?.code === 'CLOSED'
      ? (['CLOSED', 'The client was closed'] as const)
      : (['CONNECTION_LOST', 'The connection was lost'] as const);
  return new ConnectionError(code, `${why} before ${label} was answered; it may have run`, { cause, maybeExecuted });
}
