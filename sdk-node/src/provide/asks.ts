import {
  CallError,
  type FailureMessage,
  type InvalidMessage,
  type Json,
  type JsonObject,
  notificationText,
  requestText,
  type SuccessMessage,
} from '@callsheet/protocol';
import type { Clock, Timer } from '@callsheet/sdk-core/platform';

/** How a question to the gateway ended. `lost`: the connection was, and nobody knows whether it was heard. */
export type AskOutcome =
  | { readonly kind: 'answered'; readonly value: Json }
  | { readonly kind: 'refused'; readonly error: CallError }
  | { readonly kind: 'lost' };

/** A message that is none, with its sender's id where that could be read. */
export type Unreadable = Pick<InvalidMessage, 'kind' | 'id'>;

export function unreadable(): CallError {
  return new CallError('INVALID_REQUEST', 'Cannot read the message: it is not JSON-RPC 2.0');
}

interface Ask {
  readonly text: string;
  readonly settle: (outcome: AskOutcome) => void;
  timer?: Timer | undefined;
}

/**
 * What the worker asks of one connection. Every question ends once, and before the message behind its answer is read. There
 * is no window: one call may wait for another that runs here as well, and that must still be able to ask.
 */
export class Asks {
  readonly #clock: Clock;
  readonly #send: (text: string) => void;
  readonly #open = new Map<number, Ask>();
  #maxPayloadBytes = Infinity;
  #lastId = 0;

  constructor(clock: Clock, send: (text: string) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** A session was opened: it takes messages of so many bytes. */
  begin(maxPayloadBytes: number): void {
    this.#maxPayloadBytes = maxPayloadBytes;
  }

  /** Asks for the worker itself. Without an answer in time it counts as refused with DEADLINE_EXCEEDED. */
  about(method: string, params: JsonObject, timeoutMs: number, settle: (outcome: AskOutcome) => void): void {
    const id = ++this.#lastId;
    const ask: Ask = { text: requestText(id, method, params), settle };
    if (this.#refuseTooLarge(method, ask)) return;
    const late = new CallError('DEADLINE_EXCEEDED', `The gateway did not answer ${method} within ${timeoutMs} ms`);
    ask.timer = this.#clock.after(timeoutMs, () => this.#settle(id, { kind: 'refused', error: late }));
    this.#open.set(id, ask);
    this.#send(ask.text);
  }

  /** Asks for a call it works on. When `signal` aborts, it rejects with its reason and the gateway is told. */
  ask(method: string, params: JsonObject, signal: AbortSignal): Promise<AskOutcome> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const onAbort = (): void => {
        if (this.#open.delete(id)) this.#send(notificationText('notifications/cancelled', { requestId: id }));
        reject(signal.reason);
      };
      const settle = (outcome: AskOutcome): void => {
        signal.removeEventListener('abort', onAbort);
        resolve(outcome);
      };
      const ask: Ask = { text: requestText(id, method, params), settle };
      if (this.#refuseTooLarge(method, ask)) return;
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      signal.addEventListener('abort', onAbort);
      this.#open.set(id, ask);
      this.#send(ask.text);
    });
  }

  /** Takes an answer. */
  take(message: SuccessMessage | FailureMessage | Unreadable): void {
    if (typeof message.id !== 'number') return;
    if (message.kind === 'success') this.#settle(message.id, { kind: 'answered', value: message.result });
    else if (message.kind === 'invalid') this.#settle(message.id, { kind: 'refused', error: unreadable() });
    else this.#settle(message.id, { kind: 'refused', error: CallError.fromWire(message.error) });
  }

  /** The connection is gone: whoever waits is told so. */
  lost(): void {
    const all = [...this.#open.values()];
    this.#open.clear();
    for (const { timer, settle } of all) {
      timer?.cancel();
      settle({ kind: 'lost' });
    }
  }

  #settle(id: number, outcome: AskOutcome): void {
    const ask = this.#open.get(id);
    if (ask === undefined) return;
    this.#open.delete(id);
    ask.timer?.cancel();
    ask.settle(outcome);
  }

  #refuseTooLarge(method: string, { text, settle }: Ask): boolean {
    const bytes = Buffer.byteLength(text);
    const most = this.#maxPayloadBytes;
    if (bytes <= most) return false;
    const sentence = `Cannot send ${method}: the message takes ${bytes} bytes, the gateway takes ${most}`;
    settle({ kind: 'refused', error: new CallError('REQUEST_TOO_LARGE', sentence) });
    return true;
  }
}
