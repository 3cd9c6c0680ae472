import type { Clock } from '../clock.ts';
import { runListener } from '../emitter.ts';
import type { CallLayer, CallSink, Invocation } from '../invocation.ts';
import type { CallRecord, Telemetry } from './telemetry-options.ts';
import { readTrace } from './trace-context.ts';

/** Gives calls the trace they belong to, and tells how they ended. */
export function telemetryLayer(telemetry: Telemetry, { clock }: { readonly clock: Clock }): CallLayer {
  const inject = (carrier: Record<string, string>): void => telemetry.inject?.(carrier);
  const tell = (record: CallRecord): void => telemetry.onCall?.(record);

  const traced = (call: Invocation): Invocation => {
    // A list of parameters has no room for a trace.
    if (!telemetry.inject || call.options.trace || Array.isArray(call.params)) return call;
    const carrier = {};
    runListener(inject, carrier);
    const trace = readTrace(carrier);
    return trace === undefined ? call : { ...call, options: { ...call.options, trace } };
  };

  return (next) => (given, sink) => {
    const call = traced(given);
    const { method, tool, notes } = call;
    notes.traceparent = call.options.trace?.traceparent;
    if (!telemetry.onCall) return next(call, sink);
    const startedAt = clock.now();
    const measured: CallSink = {
      settle: (outcome) => {
        const durationMs = clock.now() - startedAt;
        sink.settle(outcome);
        const { attempts, cache, traceparent } = notes;
        const code = outcome.ok ? undefined : outcome.error.code;
        runListener(tell, { method, tool, ok: outcome.ok, code, durationMs, attempts, cache, traceparent });
      },
    };
    if (sink.progress) measured.progress = (params) => sink.progress?.(params);
    return next(call, measured);
  };
}
