import type { Clock } from './clock.ts';
import { TimeUp } from './within.ts';

/**
 * `arrived`; `failed` with the error; `unsettled`: time is up, the signal was aborted, and nothing has come of it: it may
 * still be under way.
 */
export type AttemptEnd =
  | { readonly state: 'arrived' }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'unsettled' };

export interface AttemptRules {
  /** How long a delivery may take before its signal aborts, in milliseconds. */
  readonly deliverMs: number;
  /** How much longer it is waited for after that. */
  readonly graceMs: number;
}

type Deliver = (signal: AbortSignal) => Promise<void>;

/** What they hold is not freed; with more, nothing new is begun until one of them ends. */
const MOST_UNSETTLED = 8;

/** Deliveries at one channel, each with an end, whatever the channel does: throw, hang, or go on after its signal aborted. */
export class Attempts {
  readonly #rules: AttemptRules;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #unsettled = 0;

  constructor(rules: AttemptRules, clock: Clock) {
    this.#rules = rules;
    this.#clock = clock;
  }

  /** Never rejects. */
  async run(deliver: Deliver): Promise<AttemptEnd> {
    const closing = this.#closing.signal;
    if (closing.aborted) return { state: 'failed', error: closing.reason };
    if (this.#unsettled >= MOST_UNSETTLED) return { state: 'unsettled' };
    const own = new AbortController();
    const done = settled(deliver, own.signal);
    const end = await this.#bounded(done, own);
    if (end.state === 'unsettled') {
      this.#unsettled += 1;
      void done.then(() => {
        this.#unsettled -= 1;
      });
    }
    return end;
  }

  /** Ends all that run, as failed, and waits for none of them. */
  close(): void {
    this.#closing.abort(new Error('the notifier was closed'));
  }

  #bounded(done: Promise<AttemptEnd>, own: AbortController): Promise<AttemptEnd> {
    const { deliverMs, graceMs } = this.#rules;
    const closing = this.#closing.signal;
    return new Promise((resolve) => {
      const finish = (end: AttemptEnd) => {
        cancel();
        closing.removeEventListener('abort', giveUp);
        resolve(end);
      };
      const giveUp = () => {
        own.abort(closing.reason);
        finish({ state: 'failed', error: closing.reason });
      };
      let cancel = this.#clock.after(deliverMs, () => {
        own.abort(new TimeUp(deliverMs));
        cancel = this.#clock.after(graceMs, () => finish({ state: 'unsettled' }));
      });
      closing.addEventListener('abort', giveUp, { once: true });
      void done.then(finish);
    });
  }
}

/** Channels are written by others: what they throw at once is a failure like any other. */
async function settled(deliver: Deliver, signal: AbortSignal): Promise<AttemptEnd> {
  try {
    await deliver(signal);
    return { state: 'arrived' };
  } catch (error) {
    return { state: 'failed', error };
  }
}
