import type { JsonObject } from '@callsheet/protocol';
import type { CallNotes, CallSink, Cancel, Invocation, Outcome, Start } from '../invocation.ts';
import type { Waiter } from './waiter.ts';

/** Each caller keeps their own bounds, so the call they share has none of its own to speak of. Milliseconds. */
const DAY_MS = 86_400_000;

/** One call on the wire for everybody who asks the same meanwhile. It is given up when the last of them leaves. */
export class SharedCall implements CallSink {
  readonly tags = new Set<string>();
  readonly #waiters = new Set<Waiter>();
  readonly #onEnd: (text?: string) => void;
  #notes: CallNotes | undefined;
  #cancel: Cancel | undefined;

  /** `onEnd` is told the answer as JSON, or nothing where there is none, before the callers hear of it. */
  constructor(onEnd: (text?: string) => void) {
    this.#onEnd = onEnd;
  }

  add(waiter: Waiter, tags: readonly string[] = []): void {
    this.#waiters.add(waiter);
    for (const tag of tags) this.tags.add(tag);
  }

  /** Sends it as its first caller asked for it. `bounded`: calls that name no total bound are given one below. */
  begin(next: Start, call: Invocation, bounded: boolean): void {
    const { signal, totalMs, ...rest } = call.options;
    const options = { ...rest, timeoutMs: DAY_MS };
    this.#notes = { ...call.notes };
    this.#cancel = next(
      { ...call, options: bounded ? { ...options, totalMs: DAY_MS } : options, notes: this.#notes },
      this,
    );
  }

  /** One caller gives up. True when the server may have run the call. */
  leave(waiter: Waiter, reason: unknown): boolean {
    this.#waiters.delete(waiter);
    this.#report(waiter);
    if (this.#waiters.size === 0) {
      this.#onEnd();
      this.#cancel?.(reason);
    }
    return waiter.call.notes.attempts > 0;
  }

  progress(params: JsonObject): void {
    let text: string | undefined;
    [...this.#waiters].forEach((waiter, index) => {
      text ??= index > 0 ? JSON.stringify(params) : undefined;
      waiter.progress(text === undefined ? params : JSON.parse(text));
    });
  }

  settle(outcome: Outcome): void {
    const waiters = [...this.#waiters];
    // What the wire says to a call that was given up.
    if (waiters.length === 0) return;
    this.#waiters.clear();
    const text = outcome.ok ? JSON.stringify(outcome.value) : undefined;
    this.#onEnd(text);
    waiters.forEach((waiter, index) => {
      this.#report(waiter);
      // Everybody gets their own: what one changes in it, the others must not see.
      waiter.settle(text === undefined || index === 0 ? outcome : { ok: true, value: JSON.parse(text) });
    });
  }

  #report({ call: { notes } }: Waiter): void {
    const { traceparent } = notes;
    Object.assign(notes, this.#notes, { traceparent });
  }
}
