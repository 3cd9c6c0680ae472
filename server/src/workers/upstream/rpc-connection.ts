import {
  CallError,
  failureText,
  type Id,
  isJsonObject,
  type Json,
  type JsonObject,
  type Message,
  notificationText,
  type Params,
  parseFrame,
  requestText,
  type WireError,
  type WireLimits,
} from '@callsheet/protocol';
import type { RequestIds } from '../request-ids.ts';

/** How a request ends: with a result, an error of the other side, or without an answer. */
export type Outcome =
  | { readonly kind: 'success'; readonly result: Json }
  | { readonly kind: 'failure'; readonly error: WireError }
  | { readonly kind: 'lost'; readonly error: CallError };

/** What carries the texts; a WebSocket is one. */
export interface TextSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
}

export interface RpcConnectionParts {
  readonly socket: TextSocket;
  readonly ids: RequestIds;
  readonly limits: WireLimits;
  /** From so many unsent bytes on nothing more is sent. */
  readonly mostHeldBytes: number;
  /** Requests without an answer at once. */
  readonly mostInFlight: number;
  readonly onNotification: (method: string, params: JsonObject) => void;
  /** Too much of what came could not be read. */
  readonly onNonsense: (reason: string) => void;
}

/** Messages that cannot be read before the connection is of no use. */
const MOST_UNREADABLE = 100;

/**
 * The asking side of JSON-RPC 2.0 on one connection: gives every request its own answer, by id, once. Whatever else comes is
 * left out. What cannot be read fails the request it names; without an id it fails the one request in flight when there is
 * just one, and never one of several.
 */
export class RpcConnection {
  readonly #parts: RpcConnectionParts;
  readonly #answerLimits: WireLimits;
  readonly #pending = new Map<Id, (outcome: Outcome) => void>();
  #unreadable = 0;
  #end: CallError | undefined;

  constructor(parts: RpcConnectionParts) {
    this.#parts = parts;
    // An answer is bounded by the bytes of its frame; it may well hold more values than a request may.
    this.#answerLimits = { ...parts.limits, maxArrayItems: Number.MAX_SAFE_INTEGER };
  }

  /**
   * Sends a request; `settle` hears once how it ends, unless it is forgotten before.
   *
   * @param params made for the id, which may be in them.
   * @throws CallError UPSTREAM_ERROR when the connection is gone, OVERLOADED when it is full; nothing was sent then.
   */
  request(method: string, params: (id: string) => Params, settle: (outcome: Outcome) => void): string {
    const { socket, ids, mostHeldBytes, mostInFlight } = this.#parts;
    if (this.#end !== undefined) throw notSent(this.#end);
    if (this.#pending.size >= mostInFlight || socket.bufferedAmount > mostHeldBytes) {
      throw new CallError('OVERLOADED', 'The other server has all the calls it takes at once', {
        retryAfterMs: 1_000,
        maybeExecuted: false,
      });
    }
    const id = ids.next();
    const text = requestText(id, method, params(id));
    this.#pending.set(id, settle);
    socket.send(text);
    return id;
  }

  /** The result of a request, parsed and unchecked. Rejects with what `refusal` makes of an error, or when it is lost. */
  ask(method: string, params: Params, refusal: (error: WireError) => CallError): Promise<Json> {
    return new Promise((resolve, reject) => {
      this.request(
        method,
        () => params,
        (outcome) => {
          if (outcome.kind === 'success') resolve(outcome.result);
          else reject(outcome.kind === 'failure' ? refusal(outcome.error) : outcome.error);
        },
      );
    });
  }

  /** Asks for something whose answer nobody waits for. Not sent when the connection is gone or full. */
  tell(method: string, params: Params): void {
    try {
      this.request(
        method,
        () => params,
        () => undefined,
      );
    } catch (error) {
      if (!CallError.is(error)) throw error;
    }
  }

  notify(method: string, params: Params): void {
    if (this.#end === undefined) this.#parts.socket.send(notificationText(method, params));
  }

  /** Nobody waits for this answer any more. */
  forget(id: string): void {
    this.#pending.delete(id);
  }

  /** Takes one text frame. */
  receive(text: string): void {
    if (this.#end !== undefined) return;
    const frame = parseFrame(text, this.#answerLimits);
    if (frame.kind === 'single') this.#take(frame.message);
    else for (const message of frame.messages) this.#take(message);
  }

  /** A frame that holds no text. */
  refuseBinary(): void {
    this.#nonsense(null, new CallError('INVALID_REQUEST', 'Cannot read a binary frame'));
  }

  /** The connection is gone: whatever was asked gets no answer, and may have happened. */
  end(reason: string): void {
    if (this.#end !== undefined) return;
    this.#end = new CallError('UPSTREAM_ERROR', `The connection to the other server was lost: ${reason}`, {
      retryable: true,
      maybeExecuted: true,
    });
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const settle of pending) settle({ kind: 'lost', error: this.#end });
  }

  #take(message: Message): void {
    switch (message.kind) {
      case 'success':
        this.#settle(message.id, { kind: 'success', result: message.result });
        return;
      case 'failure':
        this.#settle(message.id ?? this.#only(), { kind: 'failure', error: message.error });
        return;
      case 'notification':
        if (isJsonObject(message.params)) this.#parts.onNotification(message.method, message.params);
        else if (message.params === undefined) this.#parts.onNotification(message.method, {});
        return;
      case 'request': {
        const refusal = new CallError('METHOD_NOT_FOUND', 'This side of the connection only asks');
        this.#parts.socket.send(failureText(message.id, refusal.toWire()));
        this.#count();
        return;
      }
      case 'invalid':
        this.#nonsense(message.id, message.error);
    }
  }

  #nonsense(id: Id, { message }: CallError): void {
    const error = new CallError('UPSTREAM_ERROR', `Cannot read what the other server answered: ${message}`, {
      retryable: false,
      maybeExecuted: true,
    });
    this.#settle(id ?? this.#only(), { kind: 'lost', error });
    this.#count();
  }

  /** Requests count too: whoever only asks and never answers makes this side write. */
  #count(): void {
    this.#unreadable += 1;
    if (this.#unreadable === MOST_UNREADABLE) {
      this.#parts.onNonsense(`it sent ${MOST_UNREADABLE} messages that are no answers`);
    }
  }

  #settle(id: Id, outcome: Outcome): void {
    const settle = this.#pending.get(id);
    this.#pending.delete(id);
    settle?.(outcome);
  }

  #only(): Id {
    if (this.#pending.size !== 1) return null;
    const [id = null] = this.#pending.keys();
    return id;
  }
}

function notSent(end: CallError): CallError {
  return new CallError('UPSTREAM_ERROR', end.message, { retryable: true, maybeExecuted: false });
}
