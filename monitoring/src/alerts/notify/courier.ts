import { type AttemptEnd, type AttemptRules, Attempts } from './attempts.ts';
import { type AlertChannel, DeliveryError } from './channel.ts';
import type { Clock, Random } from './clock.ts';
import { type ChannelCounts, newTally } from './counts.ts';
import type { DeliveryLog } from './delivery-log.ts';
import type { AlertNotice } from './notice.ts';
import { NoticeQueue } from './notice-queue.ts';
import { type PauseRules, pauseAfter } from './pause.ts';
import type { Waiting } from './waiting.ts';

export interface CourierRules extends AttemptRules, PauseRules {
  readonly mostWaiting: number;
  readonly groupMs: number;
  readonly attempts: number;
}

export interface CourierTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: DeliveryLog;
}

/**
 * `idle`: nothing waits · `gathering`: until what comes together can go together · `delivering` · `pausing`: after a failure
 * · `closed`: takes nothing more.
 */
type CourierState = 'idle' | 'gathering' | 'delivering' | 'pausing' | 'closed';

const MOST_TOGETHER = 50;

/** Takes the notices of one channel to it, one delivery at a time, so that no channel waits for another. */
export class Courier {
  readonly channel: AlertChannel;
  readonly #rules: CourierRules;
  readonly #tools: CourierTools;
  readonly #queue: NoticeQueue;
  readonly #attempts: Attempts;
  readonly #tally = newTally();
  #state: CourierState = 'idle';
  #cancelTimer: (() => void) | undefined;
  /** Told when nothing waits any longer; from then on nothing more is taken. */
  #whenFlushed: (() => void) | undefined;

  constructor(channel: AlertChannel, rules: CourierRules, tools: CourierTools) {
    this.channel = channel;
    this.#rules = rules;
    this.#tools = tools;
    this.#attempts = new Attempts(rules, tools.clock);
    this.#queue = new NoticeQueue({
      most: rules.mostWaiting,
      mostTogether: Math.min(channel.most ?? MOST_TOGETHER, MOST_TOGETHER),
      groupOf: (notice) => groupOf(channel, notice),
    });
  }

  counts(): ChannelCounts {
    return { channel: this.channel.name, ...this.#tally, waiting: this.#queue.size };
  }

  /** Takes a notice; it is delivered later. Never throws. */
  tell(kind: Waiting['kind'], notice: AlertNotice): void {
    if (kind === 'acknowledgement' && this.channel.acknowledge === undefined) return;
    if (this.#state === 'closed' || this.#whenFlushed !== undefined) {
      this.#tally.dropped += 1;
      return;
    }
    const { merged, dropped } = this.#queue.add(kind, notice, this.#tools.clock.now());
    this.#tally.merged += merged;
    this.#tally.dropped += dropped;
    if (dropped > 0) this.#tools.log.overflows(this.channel.name);
    if (this.#state === 'idle') this.#gather();
  }

  /** Delivers one notice now, once, beside what waits. @throws DeliveryError */
  async deliverNow(notice: AlertNotice): Promise<void> {
    const end = await this.#attempts.run((signal) => this.channel.deliver([notice], signal));
    this.#count(end, 1);
    if (end.state === 'arrived') return;
    throw new DeliveryError(this.#tools.log.sentenceOf(this.channel.name, end), { retryable: isWorthAnother(end) });
  }

  /** Takes nothing more and delivers what waits without gathering. Resolves when nothing waits any longer. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenFlushed = resolve;
      if (this.#state === 'gathering' || this.#state === 'idle') this.#gather();
      if (this.#state === 'closed') resolve();
    });
  }

  /** Gives up what still waits. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#cancelTimer?.();
    this.#tally.dropped += this.#queue.clear();
    this.#attempts.close();
    this.#whenFlushed?.();
    try {
      this.channel.close?.();
    } catch (error) {
      this.#tools.log.notClosed(this.channel.name, error);
    }
  }

  /** Waits until what comes within the same moments is there; no longer for what has waited already. */
  #gather(): void {
    const { since } = this.#queue;
    if (since === undefined) {
      this.#state = 'idle';
      this.#tools.log.drained(this.channel.name);
      this.#whenFlushed?.();
      return;
    }
    const { groupMs } = this.#rules;
    const left = Math.max(0, groupMs - (this.#tools.clock.now() - since));
    // The clock may be set back meanwhile.
    this.#wait('gathering', this.#whenFlushed === undefined ? Math.min(groupMs, left) : 0);
  }

  #wait(state: 'gathering' | 'pausing', ms: number): void {
    this.#state = state;
    this.#cancelTimer?.();
    this.#cancelTimer = this.#tools.clock.after(ms, () => {
      this.#cancelTimer = undefined;
      void this.#deliver();
    });
  }

  /** Never rejects: attempts do not, and what is done with their end is ours. */
  async #deliver(): Promise<void> {
    this.#state = 'delivering';
    const taken = this.#queue.take();
    const notices = taken.map(({ notice }) => notice);
    const isNotice = taken[0]?.kind === 'notice';
    const { channel } = this;
    const end = await this.#attempts.run(async (signal) =>
      isNotice ? channel.deliver(notices, signal) : channel.acknowledge?.(notices, signal),
    );
    // close() has counted them.
    if (!this.#isClosed()) this.#settle(taken, end);
  }

  #settle(taken: readonly Waiting[], end: AttemptEnd): void {
    if (end.state !== 'arrived') for (const entry of taken) entry.attempts += 1;
    const again = isWorthAnother(end) ? taken.filter(({ attempts }) => attempts < this.#rules.attempts) : [];
    const over = taken.filter((entry) => !again.includes(entry));
    this.#queue.remove(over);
    this.#count(end, over.length);
    this.#tools.log.ended(this.channel.name, end, over.length, again.length);
    if (again.length === 0) this.#gather();
    else this.#pause(again, end);
  }

  #pause(again: readonly Waiting[], end: AttemptEnd): void {
    this.#queue.putBack(again);
    this.#tally.retries += 1;
    const failures = Math.max(...again.map(({ attempts }) => attempts));
    this.#wait('pausing', pauseAfter(failures, askedBy(end), this.#rules, this.#tools.random));
  }

  #count({ state }: AttemptEnd, notices: number): void {
    if (state === 'arrived') this.#tally.sent += notices;
    else this.#tally.failed += notices;
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }
}

/** What is unsettled may still arrive: told again, it could arrive after later news. */
function isWorthAnother(end: AttemptEnd): boolean {
  return end.state === 'failed' && !(end.error instanceof DeliveryError && !end.error.retryable);
}

function askedBy(end: AttemptEnd): number | undefined {
  return end.state === 'failed' && end.error instanceof DeliveryError ? end.error.retryAfterMs : undefined;
}

/** Written by others: what it throws must not stop the notice. */
function groupOf({ groupOf: own }: AlertChannel, notice: AlertNotice): string {
  try {
    return String(own?.(notice) ?? '');
  } catch {
    return '';
  }
}
