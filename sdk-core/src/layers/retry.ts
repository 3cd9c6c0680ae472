import type { RpcClientError } from '../errors.ts';
import type { CallLayer, Cancel } from '../invocation.ts';
import { cancelled, inFront } from './bounds.ts';
import type { LayerParts } from './layer-parts.ts';
import { retryBudget } from './retry-budget.ts';
import type { RetryOptions } from './retry-options.ts';

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
  const budget = retryBudget(usual.budget);

  return (next) => (call, sink) => {
    const { options } = call;
    const retry = options.retry ?? settings;
    if (!retry) return next(call, sink);
    const { maxAttempts = usual.maxAttempts ?? 3, baseMs = usual.baseMs ?? 250, maxMs = usual.maxMs ?? 8_000 } = retry;
    const { signal, timeoutMs = parts.idleMs, totalMs = parts.totalMs ?? Infinity } = options;
    const endsAt = clock.now() + totalMs;
    let failures = 0;
    let maybeExecuted = false;
    let cancelWait: Cancel | undefined;

    const below = inFront(sink, (outcome) => {
      if (outcome.ok) budget.succeeded();
      else {
        const { error } = outcome;
        const retryAfterMs = Math.max(0, error.retryAfterMs ?? 0);
        const room = Math.min(endsAt - clock.now(), timeoutMs) - retryAfterMs;
        maybeExecuted ||= error.maybeExecuted;
        if (
          ++failures < maxAttempts &&
          retryAfterMs <= LONGEST_WAIT_MS &&
          room > 0 &&
          !signal?.aborted &&
          mayHelp(error) &&
          (!error.maybeExecuted || parts.isSafe(call)) &&
          budget.take()
        ) {
          const jitter = parts.random() * Math.min(room, maxMs, baseMs * 2 ** (failures - 1));
          const timer = clock.after(retryAfterMs + jitter, () => {
            cancelWait = undefined;
            unwatch?.();
            const left = Math.max(1, endsAt - clock.now());
            cancelTry = next(left < Infinity ? { ...call, options: { ...options, totalMs: left } } : call, below);
          });
          cancelWait = (reason) => {
            cancelWait = () => undefined;
            timer.cancel();
            unwatch?.();
            sink.settle(cancelled(call, reason, maybeExecuted));
          };
          // Below, nobody listens to it between two tries.
          const unwatch = signal && parts.aborts.watch(signal, () => cancelWait?.(signal.reason));
          return;
        }
      }
      sink.settle(outcome);
    });
    let cancelTry = next(call, below);
    return (reason) => (cancelWait ?? cancelTry)(reason);
  };
}

/** Trying again can help, and nobody decided that it shall not. */
function mayHelp({ retryable, code, wireCode }: RpcClientError): boolean {
  if (!retryable || ['AUTH', 'CANCELLED', 'CLOSED', 'CONNECT_FAILED'].includes(code)) return false;
  // What this client says itself of its full queue and of the caller's own bounds is the end of it.
  return wireCode !== undefined || !['OVERLOADED', 'TIMEOUT'].includes(code);
}
