import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { CHANNELS, type ProviderObservation, type WorkMeta } from '@callsheet/protocol';
import { WorkSpan, type WorkSpanParts } from './work-span.ts';

/**
 * Hears of the exchanges with providers that take place in this process, and knows the calls they belong to by the traceparent
 * their tools passed on. What belongs to no call of this worker is left alone.
 */
export class ExchangeWatch {
  readonly #parts: Omit<WorkSpanParts, 'asked'>;
  /** By the traceparent of the call's span, from when its tool asked for it until it ended. */
  readonly #spans = new Map<string, WorkSpan>();

  constructor(parts: Omit<WorkSpanParts, 'asked'>) {
    this.#parts = parts;
  }

  start(): void {
    subscribe(CHANNELS.providerStart, this.#onStart);
    subscribe(CHANNELS.providerEnd, this.#onEnd);
  }

  stop(): void {
    unsubscribe(CHANNELS.providerStart, this.#onStart);
    unsubscribe(CHANNELS.providerEnd, this.#onEnd);
  }

  /** The span of a call that was taken. */
  open(meta: WorkMeta): WorkSpan {
    const asked = (span: WorkSpan, traceparent: string): void => void this.#spans.set(traceparent, span);
    return new WorkSpan(meta, { ...this.#parts, asked });
  }

  /** The call has ended: what is told of it from now on comes too late. */
  close({ traceparent }: WorkSpan): void {
    if (traceparent !== undefined) this.#spans.delete(traceparent);
  }

  readonly #onStart = (message: unknown): void => {
    const exchange = message as ProviderObservation;
    this.#spanOf(exchange)?.began(exchange);
  };

  readonly #onEnd = (message: unknown): void => {
    const exchange = message as ProviderObservation;
    this.#spanOf(exchange)?.ended(exchange);
  };

  #spanOf({ parent }: ProviderObservation): WorkSpan | undefined {
    return parent === undefined ? undefined : this.#spans.get(parent);
  }
}
