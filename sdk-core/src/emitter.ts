import { onAbort } from './on-abort.ts';

/** A named event and what it carries. */
export type EventMap = object;

type Listener<T> = (event: T) => void;

/** Typed events. A listener that throws does not stop its neighbours: its error surfaces as the platform's uncaught one. */
export class Emitter<Events extends EventMap> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();

  /** Adds a listener until the returned function is called or `signal` aborts. */
  on<E extends keyof Events>(event: E, listener: Listener<Events[E]>, signal?: AbortSignal): () => void {
    // Wrapped, so that adding one function twice gives two registrations, each with its own way out.
    const entry: Listener<Events[E]> = (value) => listener(value);
    const set = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, set.add(entry));
    const off = (): void => {
      set.delete(entry);
      signal?.removeEventListener('abort', off);
    };
    onAbort(signal, off);
    return off;
  }

  emit<E extends keyof Events>(event: E, value: Events[E]): void {
    for (const listener of this.#listeners.get(event) ?? []) runListener(listener as Listener<Events[E]>, value);
  }
}

/** Runs foreign code in the middle of our own. */
export function runListener<T>(listener: Listener<T>, value: T): void {
  try {
    listener(value);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
