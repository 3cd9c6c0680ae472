import { FINE_SECONDS } from './buckets.ts';
import type { MetricTable } from './row.ts';

/** The process itself. */
export const RUNTIME_METRICS = {
  nodejs_eventloop_lag_seconds: {
    type: 'histogram',
    help: 'How much later than due the event loop came to its timers',
    unit: 'seconds',
    labels: [],
    // A loop that is late by half a second is what alarms are for.
    bounds: [...FINE_SECONDS, 0.2, 0.5, 1],
  },
  nodejs_eventloop_utilization_ratio: {
    type: 'gauge',
    help: 'Share of time the event loop was busy since the last reading',
    unit: 'ratio',
    labels: [],
  },
  nodejs_gc_duration_seconds: {
    type: 'histogram',
    help: 'Pauses of garbage collection, by kind',
    unit: 'seconds',
    labels: ['kind'],
    bounds: FINE_SECONDS,
  },
  nodejs_heap_used_bytes: { type: 'gauge', help: 'Bytes in use of the JavaScript heap', unit: 'bytes', labels: [] },
  process_resident_memory_bytes: { type: 'gauge', help: 'Resident memory', unit: 'bytes', labels: [] },
  process_cpu_seconds_total: {
    type: 'counter',
    help: 'Processor time of user and system',
    unit: 'seconds',
    labels: [],
  },
  process_open_fds: { type: 'gauge', help: 'Open file descriptors', labels: [] },
  process_start_time_seconds: {
    type: 'gauge',
    help: 'When the process was started, in seconds since the epoch',
    unit: 'seconds',
    labels: [],
  },
  mcp_build_info: {
    type: 'gauge',
    help: 'Always 1: versions of the gateway, of Node and of the protocol',
    labels: ['version', 'node', 'protocol'],
    sums: false,
  },
} as const satisfies MetricTable;
