import { CallError } from '@callsheet/protocol';
import type { LimitKind } from './call-rules.ts';
import { Gcra, GcraCell } from './gcra.ts';
import { GcraMap } from './gcra-map.ts';
import type { Rate } from './rate.ts';
import { printRate, printWindow } from './rate-text.ts';

/** One rate and everything that was counted under it: a cell for each caller, or one for all. */
export class CallLimit {
  readonly kind: LimitKind;
  /** The role or the tool it is for. */
  readonly subject: string;
  readonly rate: Rate;
  /** Either this one or `#callers` counts. */
  readonly #everybody: GcraCell | undefined;
  readonly #callers: GcraMap;

  constructor(kind: LimitKind, subject: string, rate: Rate, maxCallers: number) {
    const gcra = new Gcra(rate);
    this.kind = kind;
    this.subject = subject;
    this.rate = rate;
    this.#everybody = kind === 'global' || kind === 'shared' ? new GcraCell(gcra) : undefined;
    this.#callers = new GcraMap(gcra, maxCallers);
  }

  /** Whole milliseconds until a call of this principal passes; 0 when it passes now. */
  wait(principalId: string, now: number): number {
    return this.#everybody === undefined ? this.#callers.wait(principalId, now) : this.#everybody.wait(now);
  }

  charge(principalId: string, now: number): void {
    if (this.#everybody === undefined) this.#callers.charge(principalId, now);
    else this.#everybody.charge(now);
  }

  /** RATE_LIMITED in words; `details` are `{ limit, rate }`. */
  refusal(tool: string, retryAfterMs: number): CallError {
    const { calls, windowMs, burst } = this.rate;
    const what = this.kind === 'tool' || this.kind === 'shared' ? 'call of it' : 'call';
    const who = this.kind === 'tool' || this.kind === 'principal' ? 'one caller' : 'all callers together';
    const each = printWindow(Math.round(windowMs / calls), ' ');
    const atOnce = burst > 0 ? `, ${burst + 1} at once after a quiet time` : '';
    const rule = `too often; ${who} may make one ${what} each ${each}${atOnce}`;
    return new CallError('RATE_LIMITED', `Cannot call "${tool}" ${rule}; try again in ${retryAfterMs} ms`, {
      retryAfterMs,
      details: { limit: this.kind, rate: printRate(this.rate) },
    });
  }
}
