import type { Json } from '@callsheet/protocol';
import type { CallNotes, CallSink, Cancel, Invocation, Start } from '../invocation.ts';
import { attempt } from './attempt.ts';
import { cancelled } from './bounds.ts';

/** Each caller keeps their own bounds, so the call they share has none to speak of. Milliseconds. */
const DAY_MS = 86_400_000;

/** One call on the wire for everybody who asks the same meanwhile. */
export interface SharedCall {
  readonly tags: Set<string>;
  join(call: Invocation, sink: CallSink): Cancel;
  /** Sends it. Somebody has joined it before, because it may be answered before this returns. */
  begin(next: Start): void;
}

/**
 * Makes a shared call as its first caller asks for it. It is given up when the last caller leaves. `onEnd` is told the answer as
 * JSON, or nothing where there is none, before the callers hear of it. An answer that nests too deep to be written is not kept,
 * and all callers get the same.
 */
export function sharedCall(call: Invocation, onEnd: (text?: string) => void): SharedCall {
  const { signal, timeoutMs, totalMs, ...rest } = call.options;
  const options = { timeoutMs: DAY_MS, totalMs: DAY_MS, ...rest };
  const notes = { ...call.notes };
  const callers = new Map<CallSink, CallNotes>();
  let cancel: Cancel;
  const report = (own: CallNotes): void => {
    Object.assign(own, notes, { traceparent: own.traceparent });
  };
  return {
    tags: new Set(),
    join: (own, sink) => {
      callers.set(sink, own.notes);
      return (reason) => {
        if (!callers.delete(sink)) return;
        report(own.notes);
        sink.settle(cancelled(own, reason, notes.attempts > 0));
        if (callers.size > 0) return;
        onEnd();
        cancel(reason);
      };
    },
    begin: (next) => {
      cancel = next(
        { ...call, options, notes },
        {
          progress: (params) => {
            for (const sink of callers.keys()) sink.progress?.(copy(params));
          },
          settle: (outcome) => {
            const text = outcome.ok ? attempt(() => JSON.stringify(outcome.value)) : undefined;
            // Nobody is left when it was given up.
            if (callers.size > 0) onEnd(text);
            for (const [sink, own] of callers) {
              callers.delete(sink);
              report(own);
              // Everybody gets their own: what one changes in it, the others must not see.
              const value = text && attempt((): Json => JSON.parse(text));
              sink.settle(value === undefined ? outcome : { ok: true, value });
            }
          },
        },
      );
    },
  };
}

function copy<T>(value: T): T {
  return attempt(() => JSON.parse(JSON.stringify(value))) ?? value;
}
