import type { Clock } from '../clock.ts';
import { runListener } from '../emitter.ts';
import type { CallLayer } from '../invocation.ts';
import { inFront } from './bounds.ts';
import type { CallRecord, Telemetry } from './telemetry-options.ts';
import { readTrace } from './trace-context.ts';

/** Gives calls the trace they belong to, and tells how they ended. */
export function telemetryLayer(telemetry: Telemetry, { clock }: { readonly clock: Clock }): CallLayer {
  const inject = (carrier: Record<string, string>): void => telemetry.inject?.(carrier);
  const tell = (record: CallRecord): void => telemetry.onCall?.(record);

  return (next) => (given, sink) => {
    const { method, tool, notes, options } = given;
    let call = given;
    // A list of parameters has no room for a trace.
    if (!options.trace && !Array.isArray(given.params)) {
      const carrier = {};
      runListener(inject, carrier);
      const trace = readTrace(carrier);
      if (trace) call = { ...given, options: Object.assign({}, options, { trace }) };
    }
    notes.traceparent = call.options.trace?.traceparent;
    const startedAt = clock.now();
    const below = inFront(sink, (outcome) => {
      const durationMs = clock.now() - startedAt;
      sink.settle(outcome);
      const code = outcome.ok ? undefined : outcome.error.code;
      // The notes last: members after a spread cost microseconds each.
      runListener(tell, { method, tool, ok: outcome.ok, code, durationMs, ...notes });
    });
    return next(call, below);
  };
}
