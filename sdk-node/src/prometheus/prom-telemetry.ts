import { BoundedNames } from '@callsheet/protocol';
import type { ConnectionState, ErrorCode } from '@callsheet/sdk-core';
import { callback, checkOptions, count, type OptionRule } from '@callsheet/sdk-core/platform';
import { register as globalRegister, type Registry } from 'prom-client';
import { clientMetrics } from './metrics.ts';

export interface PromTelemetryOptions {
  /** In front of every metric. `callsheet_client_` when not said. */
  readonly prefix?: string;
  /** Upper bounds of the histogram of durations, in seconds, growing. 1 ms to 10 min when not said. */
  readonly buckets?: readonly number[];
  /** Tools, and methods, with series of their own; all further ones share the series `other`. 100 when not said. */
  readonly maxNames?: number;
  /** Puts the trace of the call into its carrier, as the propagator of OpenTelemetry does; metrics need none. */
  inject?(carrier: Record<string, string>): void;
}

/** One call that ended, as a client tells it. */
export interface ObservedCall {
  readonly method: string;
  readonly tool: string | undefined;
  readonly ok: boolean;
  readonly code: ErrorCode | undefined;
  readonly durationMs: number;
  readonly attempts: number;
  readonly cache: 'hit' | 'stale' | 'miss' | 'bypass';
}

/** A change of state, as a client tells it. */
export interface ObservedConnection {
  readonly state: ConnectionState;
  readonly rttMs?: number;
}

/** For the option `telemetry` of one client. */
export interface PromTelemetry {
  inject?(carrier: Record<string, string>): void;
  onCall(call: ObservedCall): void;
  onConnection(connection: ObservedConnection): void;
}

const BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 180, 600];

const prefixRule: OptionRule = (value) =>
  typeof value === 'string' && /^[a-zA-Z_:][a-zA-Z0-9_:]{0,63}$/.test(value)
    ? undefined
    : 'expected 1 to 64 letters, digits, "_" and ":", beginning with no digit';

const bucketsRule: OptionRule = (value) =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((bound, at) => Number.isFinite(bound) && bound > (at === 0 ? 0 : value[at - 1]))
    ? undefined
    : 'expected growing numbers above 0, in seconds';

/**
 * Metrics of a client for Prometheus, in a registry of prom-client (its global one when not said):
 * `calls_total {method, tool, code}`, `call_duration_seconds {method, tool}`, `call_retries_total {method, tool}`,
 * `cache_total {tool, result}`, `connections {state}` and `rtt_seconds`. However many tools there are, the number of series
 * is bounded. Make one for each client; those that share a registry and a prefix are counted together, and `connections` says
 * how many of them are in which state.
 *
 * @throws TypeError for options it does not know; Error when the registry holds other metrics of these names
 */
export function promTelemetry(register: Registry = globalRegister, options: PromTelemetryOptions = {}): PromTelemetry {
  checkOptions('make metrics', options, {
    ...{ prefix: prefixRule, buckets: bucketsRule },
    ...{ maxNames: count(1), inject: callback },
  });
  const { prefix = 'callsheet_client_', buckets = BUCKETS, maxNames = 100, inject } = options;
  const { calls, duration, retries, cache, connections, rtt } = clientMetrics(register, prefix, buckets);
  const [methods, tools] = [new BoundedNames(maxNames), new BoundedNames(maxNames)];
  let before: ConnectionState | undefined;
  return {
    ...(inject !== undefined && { inject }),
    onCall: (call) => {
      const labels = { method: methods.of(call.method), tool: call.tool === undefined ? '' : tools.of(call.tool) };
      calls.inc({ ...labels, code: call.ok ? 'ok' : (call.code ?? 'INTERNAL') });
      duration.observe(labels, call.durationMs / 1_000);
      if (call.attempts > 1) retries.inc(labels, call.attempts - 1);
      if (call.tool !== undefined) cache.inc({ tool: labels.tool, result: call.cache });
    },
    onConnection: ({ state, rttMs }) => {
      if (before !== undefined) connections.dec({ state: before });
      before = state === 'closed' ? undefined : state;
      if (before !== undefined) connections.inc({ state: before });
      if (rttMs !== undefined) rtt.set(rttMs / 1_000);
    },
  };
}
