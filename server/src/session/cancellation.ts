import { CallError } from '@callsheet/protocol';

/**
 * The wish to end a call early, and its reason. It does what an AbortController does, but makes the platform's
 * AbortSignal only for those who ask for it: at a microsecond each, most calls can do without.
 */
export class Cancellation {
  #reason: CallError | undefined;
  #listener: ((reason: CallError) => void) | undefined;
  #controller: AbortController | undefined;
  #unfollow: (() => void) | undefined;
  #left = false;

  /** One that ends with a signal: for a call inside another call. The signal's reason should be a CallError. */
  static following(signal: AbortSignal): Cancellation {
    const cancellation = new Cancellation();
    const follow = (): void => cancellation.cancel(CallError.from(signal.reason));
    if (signal.aborted) follow();
    else {
      signal.addEventListener('abort', follow, { once: true });
      cancellation.#unfollow = () => signal.removeEventListener('abort', follow);
    }
    return cancellation;
  }

  /** Lets go of the signal: a long call may make any number of short ones. */
  unfollow(): void {
    this.#unfollow?.();
  }

  /** Why the call is to end; undefined while it may go on. */
  get reason(): CallError | undefined {
    return this.#reason;
  }

  /** True when nobody changed their mind: the connection was lost, and its caller may come back. */
  get isLeft(): boolean {
    return this.#left;
  }

  /** The same wish for code that knows AbortSignal. Its reason is a CallError. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** The first reason stands; later ones change nothing. */
  cancel(reason: CallError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#listener?.(reason);
    this.#controller?.abort(reason);
  }

  /** Cancels because the connection is lost. */
  leave(reason: CallError): void {
    this.#left ||= this.#reason === undefined;
    this.cancel(reason);
  }

  /** Who settles the call when it is cancelled. There is one such place, so a second listener replaces the first. */
  settleWith(listener: ((reason: CallError) => void) | undefined): void {
    this.#listener = listener;
  }
}
