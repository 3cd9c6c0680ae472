import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import process from 'node:process';
import { getHeapStatistics } from 'node:v8';
import { defineCounter, defineGauge, defineHistogram } from '../catalogue/define.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import { type DelayMonitor, drainDelays, RESOLUTION_MS } from './event-loop-lag.ts';
import { observePauses } from './gc-pauses.ts';
import { openFiles } from './open-files.ts';

/** The monitor of the loop is emptied this often, and before each reading: one sample costs 6 µs then. */
const DRAIN_MS = 1000;

export interface RuntimeParts {
  /** Must not have these metrics yet. */
  readonly registry: MetricRegistry;
  /** Versions of the gateway and of the protocol. */
  readonly build: { readonly version: string; readonly protocol: string };
  /** Milliseconds since the epoch; `Date.now` unless told. */
  readonly now?: (() => number) | undefined;
  /** Measures the event loop; Node's own unless told. */
  readonly delays?: DelayMonitor | undefined;
}

/** Measures the process itself until what it answers is called. Keeps no process alive. */
export function observeRuntime(parts: RuntimeParts): () => void {
  const { registry, build, now = Date.now, delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS }) } = parts;
  defineProcess(registry, now);
  defineGauge(registry, 'mcp_build_info').cell(build.version, process.version, build.protocol).set(1);
  const endLag = observeLag(registry, delays);
  const endPauses = observePauses(defineHistogram(registry, 'nodejs_gc_duration_seconds'));
  return () => {
    endLag();
    endPauses();
  };
}

function observeLag(registry: MetricRegistry, delays: DelayMonitor): () => void {
  const lag = defineHistogram(registry, 'nodejs_eventloop_lag_seconds', (family) => drainDelays(delays, family.cell()));
  delays.enable();
  const timer = setInterval(() => drainDelays(delays, lag.cell()), DRAIN_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    delays.disable();
  };
}

function defineProcess(registry: MetricRegistry, now: () => number): void {
  let before = performance.eventLoopUtilization();
  defineGauge(registry, 'nodejs_eventloop_utilization_ratio', (family) => {
    const since = performance.eventLoopUtilization();
    family.cell().set(performance.eventLoopUtilization(since, before).utilization);
    before = since;
  });
  defineGauge(registry, 'nodejs_heap_used_bytes', (family) => family.cell().set(getHeapStatistics().used_heap_size));
  defineGauge(registry, 'process_resident_memory_bytes', (family) => family.cell().set(process.memoryUsage.rss()));
  defineCounter(registry, 'process_cpu_seconds_total', (family) => {
    const { user, system } = process.cpuUsage();
    family.cell().follow((user + system) / 1e6);
  });
  if (openFiles() !== undefined) {
    defineGauge(registry, 'process_open_fds', (family) => family.cell().set(openFiles() ?? 0));
  }
  defineGauge(registry, 'process_start_time_seconds')
    .cell()
    .set(now() / 1000 - process.uptime());
}
