import type { RpcClientError } from '../errors.ts';
import type { CallLayer, CallSink, Cancel } from '../invocation.ts';
import type { LayerParts } from './layer-parts.ts';
import { RetryBudget } from './retry-budget.ts';
import type { RetryOptions } from './retry-options.ts';
import { Waiter } from './waiter.ts';

/** Whoever is told to come back later than this is better told at once. Milliseconds. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Tries failed calls again where that does no harm and may help: full jitter («Exponential Backoff And Jitter», AWS
 * Architecture Blog, 2015) on top of what the server asks for, and a budget all calls share. `totalMs` bounds all tries
 * of a call together. A wait longer than what is left of it, or than the silence the caller stands, is not begun.
 */
export function retryLayer(settings: RetryOptions | false = {}, parts: LayerParts): CallLayer {
  const { clock } = parts;
  const usual = settings || {};
  const budget = new RetryBudget(usual.budget?.tokens, usual.budget?.ratio);

  return (next) => (call, sink) => {
    const { options } = call;
    const retry = options.retry ?? settings;
    if (!retry) return next(call, sink);
    const { maxAttempts = usual.maxAttempts ?? 3, baseMs = usual.baseMs ?? 250, maxMs = usual.maxMs ?? 8_000 } = retry;
    const { timeoutMs = parts.idleMs, totalMs = parts.totalMs ?? Infinity } = options;
    const endsAt = clock.now() + totalMs;
    let failures = 0;
    let maybeExecuted = false;
    let waiter: Waiter | undefined;
    let cancel: Cancel;

    const tryOnce: CallSink = {
      settle: (outcome) => {
        if (outcome.ok) budget.succeeded();
        else {
          const { error } = outcome;
          const { retryAfterMs = 0 } = error;
          maybeExecuted ||= error.maybeExecuted;
          const room = Math.min(endsAt - clock.now(), timeoutMs) - retryAfterMs;
          if (
            ++failures < maxAttempts &&
            mayHelp(error) &&
            (!error.maybeExecuted || parts.isSafe(call)) &&
            retryAfterMs <= LONGEST_WAIT_MS &&
            room > 0 &&
            !options.signal?.aborted &&
            budget.take()
          ) {
            const jitter = parts.random() * Math.min(room, maxMs, baseMs * 2 ** (failures - 1));
            const timer = clock.after(retryAfterMs + jitter, () => {
              // The caller's own bounds may have ended the waiting in the same moment.
              if (!waiter?.end()) return;
              waiter = undefined;
              const left = Math.max(1, endsAt - clock.now());
              cancel = next(left < Infinity ? { ...call, options: { ...options, totalMs: left } } : call, tryOnce);
            });
            waiter = new Waiter(call, sink, parts, () => {
              timer.cancel();
              return maybeExecuted;
            });
            return;
          }
        }
        sink.settle(outcome);
      },
    };
    // Only where it was there, because it makes the server report progress.
    if (sink.progress) tryOnce.progress = (params) => sink.progress?.(params);

    cancel = next(call, tryOnce);
    return (reason) => (waiter === undefined ? cancel(reason) : waiter.cancel(reason));
  };
}

/** Trying again can help, and nobody decided that it shall not. */
function mayHelp({ retryable, code, wireCode }: RpcClientError): boolean {
  if (!retryable || code === 'AUTH' || code === 'CANCELLED' || code === 'CLOSED') return false;
  // What this client says itself of its full queue and of the caller's own bounds is the end of it.
  return wireCode !== undefined || (code !== 'OVERLOADED' && code !== 'TIMEOUT');
}
