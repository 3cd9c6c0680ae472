import { count, milliseconds, type OptionRule, objectOf, offOr, rule } from '../option-rules.ts';

/** When a call that failed is tried again. */
export interface RetryOptions {
  /** Tries in all. 3 when not said. */
  readonly maxAttempts?: number;
  /** The wait before retry n, counted from 0, is a random part of min(`maxMs`, `baseMs` · 2ⁿ). 250 when not said. */
  readonly baseMs?: number;
  /** 8,000 when not said. */
  readonly maxMs?: number;
  /**
   * What all calls of the client may spend together: a retry takes one token, a success gives `ratio` of one back, up to
   * `tokens`. `{ tokens: 10, ratio: 0.1 }` when not said: against a gateway that fails always, ten retries in all.
   */
  readonly budget?: { readonly tokens?: number; readonly ratio?: number };
}

/** What one call may say otherwise. The budget is everybody's. */
export type CallRetryOptions = Omit<RetryOptions, 'budget'>;

const maxAttempts = /* @__PURE__ */ count(1);
const ms = /* @__PURE__ */ milliseconds(0);
const tokens = /* @__PURE__ */ count(0);
const ratio = /* @__PURE__ */ rule(
  'a number from 0 to 1',
  (value) => typeof value === 'number' && value >= 0 && value <= 1,
);
const budget = /* @__PURE__ */ objectOf<{ tokens?: number; ratio?: number }>({ tokens, ratio });

/** Of `options.retry` of a call. */
export const callRetryRule: OptionRule = /* @__PURE__ */ offOr(
  /* @__PURE__ */ objectOf<CallRetryOptions>({ maxAttempts, baseMs: ms, maxMs: ms }),
);

/** Of the client's option `retry`. */
export const retryRule: OptionRule = /* @__PURE__ */ offOr(
  /* @__PURE__ */ objectOf<RetryOptions>({ maxAttempts, baseMs: ms, maxMs: ms, budget }),
);
