import type { Clock } from '../notify/clock.ts';
import type { AlertNotice } from '../notify/notice.ts';

export interface ActiveAlertsOptions {
  readonly clock: Clock;
  /** Between two times that all of them are sent. */
  readonly everyMs: number;
  readonly send: (notices: readonly AlertNotice[], signal: AbortSignal) => Promise<void>;
  /** Told when sending again failed; the next time comes all the same. */
  readonly onFailure: (error: unknown) => void;
}

/** Beyond this, alerts are told once and not again: they end by themselves unless they are repeated. */
const MOST_ACTIVE = 10_000;
/** In one request. */
const MOST_TOGETHER = 500;

/** Alerts that were told and are not over, sent again and again. */
export class ActiveAlerts {
  readonly #options: ActiveAlertsOptions;
  readonly #active = new Map<string, AlertNotice>();
  /** What is being sent again, to be ended before news are told: an alert must not come back after its end. */
  #resending: { readonly abort: () => void; readonly done: Promise<void> } | undefined;
  #cancel: (() => void) | undefined;
  #telling = 0;
  #closed = false;

  constructor(options: ActiveAlertsOptions) {
    this.#options = options;
  }

  /** Tells news, and from then on what is active among them. Rejects as `send` does. */
  async tell(notices: readonly AlertNotice[], signal: AbortSignal): Promise<void> {
    this.#telling += 1;
    try {
      this.#resending?.abort();
      await this.#resending?.done;
      // Before it was taken: whether it arrived nobody knows, and from here on only its end is true.
      for (const { status, fingerprint } of notices) if (status === 'resolved') this.#active.delete(fingerprint);
      await this.#options.send(notices, signal);
      for (const notice of notices) this.#keep(notice);
    } finally {
      this.#telling -= 1;
      this.#schedule();
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
    this.#resending?.abort();
    this.#active.clear();
  }

  #keep(notice: AlertNotice): void {
    if (this.#closed || notice.status === 'resolved') return;
    if (this.#active.size < MOST_ACTIVE || this.#active.has(notice.fingerprint)) {
      this.#active.set(notice.fingerprint, notice);
    }
  }

  #schedule(): void {
    if (this.#cancel !== undefined || this.#closed || this.#active.size === 0) return;
    this.#cancel = this.#options.clock.after(this.#options.everyMs, () => {
      this.#cancel = undefined;
      // News are on their way and will schedule again.
      if (this.#telling === 0) this.#resend();
    });
  }

  #resend(): void {
    const abort = new AbortController();
    const done = this.#sendAll(abort.signal).catch((error: unknown) => {
      if (!abort.signal.aborted) this.#options.onFailure(error);
    });
    this.#resending = {
      abort: () => abort.abort(),
      done: done.then(() => {
        this.#resending = undefined;
        this.#schedule();
      }),
    };
  }

  async #sendAll(signal: AbortSignal): Promise<void> {
    const all = [...this.#active.values()];
    for (let from = 0; from < all.length; from += MOST_TOGETHER) {
      signal.throwIfAborted();
      await this.#options.send(all.slice(from, from + MOST_TOGETHER), signal);
    }
  }
}
