import { deadlines } from '../deadlines.ts';
import type { CallLayer, CallSink, Invocation, Outcome } from '../invocation.ts';
import { cancelledError, labelOf, timeoutError } from '../pending-call.ts';
import type { LayerParts } from './layer-parts.ts';

interface Bounds {
  readonly id: number;
  dueAt(): number;
  expire(): void;
}

/**
 * What a caller set as bounds of a call holds, whoever does what with it below: the signal, the time without answer and
 * progress, the time in all. The wire keeps bounds itself; this is for layers that hold a call back, or share it.
 */
export function boundsLayer(parts: LayerParts): CallLayer {
  const { clock } = parts;
  const open = deadlines<Bounds>(
    clock,
    (bounds) => bounds.dueAt(),
    (bounds) => bounds.expire(),
  );
  let lastId = 0;

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
    const bounds: Bounds = {
      id: ++lastId,
      dueAt: () => Math.min(heardAt + timeoutMs, endsAt),
      expire: () => {
        const inAll = bounds.dueAt() === endsAt;
        const ms = inAll ? totalMs : timeoutMs;
        // What ended a moment before, because of another whose time was up with it, was told so.
        if (!end()) return;
        cancel(`not done within ${ms} ms`);
        const sent = call.notes.attempts > 0;
        const phase = inAll ? 'total' : sent ? 'call' : 'queue';
        sink.settle({ ok: false, error: timeoutError(call, phase, ms, sent, parts.isSafe(call)) });
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
    progress(report) {
      if (!stops?.()) sink.progress?.(report);
    },
  };
}

/** The outcome of a call its caller gave up. */
export function cancelled(call: Invocation, reason: unknown, maybeExecuted: boolean): Outcome {
  return { ok: false, error: cancelledError(labelOf(call), reason, maybeExecuted) };
}
