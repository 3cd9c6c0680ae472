import { Deadlines, type Perishable } from '../deadlines.ts';
import { TimeoutError } from '../errors.ts';
import type { CallLayer, CallSink, Invocation, Outcome } from '../invocation.ts';
import { cancelledError } from '../pending-call.ts';
import type { LayerParts } from './layer-parts.ts';

/**
 * What a caller set as bounds of a call holds, whoever does what with it below: the signal, the time without answer and
 * progress, the time in all. The wire keeps bounds itself; this is for layers that hold a call back, or share it.
 */
export function boundsLayer(parts: LayerParts): CallLayer {
  const { clock } = parts;
  const open = new Deadlines(clock);

  return (next) => (call, sink) => {
    const { signal, timeoutMs = parts.idleMs, totalMs = parts.totalMs ?? Infinity } = call.options;
    if (signal?.aborted) {
      sink.settle(cancelled(call, signal.reason, false));
      return () => undefined;
    }
    const endsAt = clock.now() + totalMs;
    let heardAt = clock.now();
    let over = false;
    const end = (): boolean => {
      if (over) return false;
      over = true;
      open.forget(bounds);
      unwatch?.();
      return true;
    };
    const bounds: Perishable = {
      get dueAt() {
        return Math.min(heardAt + timeoutMs, endsAt);
      },
      expire: () => {
        const total = bounds.dueAt === endsAt;
        const why = total ? `not done within ${totalMs} ms` : `no answer and no progress for ${timeoutMs} ms`;
        end();
        cancel(why);
        const maybeExecuted = call.notes.attempts > 0;
        const phase = total ? 'total' : maybeExecuted ? 'call' : 'queue';
        const facts = { maybeExecuted, retryable: !maybeExecuted || parts.isSafe(call) };
        sink.settle({ ok: false, error: new TimeoutError(phase, `Gave up on ${labelOf(call)}: ${why}`, facts) });
      },
    };
    open.watch(bounds);
    const unwatch = signal && parts.aborts.watch(signal, () => cancel(signal.reason));
    const below = inFront(
      sink,
      (outcome) => {
        if (end()) sink.settle(outcome);
      },
      () => {
        heardAt = clock.now();
        return over;
      },
    );
    const cancel = next(call, below);
    return cancel;
  };
}

/**
 * A sink in front of another. Progress passes where somebody listens, and only there, because it makes the server report.
 * `stops` hears of it first; true keeps it back.
 */
export function inFront(sink: CallSink, settle: CallSink['settle'], stops?: () => boolean): CallSink {
  if (!sink.progress) return { settle };
  return {
    settle,
    progress: (report) => {
      if (!stops?.()) sink.progress?.(report);
    },
  };
}

/** How sentences name a call. */
export function labelOf({ tool, method }: Invocation): string {
  return tool === undefined ? `"${method}"` : `tool "${tool}"`;
}

/** The outcome of a call its caller gave up. */
export function cancelled(call: Invocation, reason: unknown, maybeExecuted: boolean): Outcome {
  return { ok: false, error: cancelledError(labelOf(call), reason, maybeExecuted) };
}
