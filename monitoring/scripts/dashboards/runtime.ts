import type { Board } from './board.ts';
import { graph, stat, table } from './panels.ts';
import { max, quantile, rate, series } from './promql.ts';

export const runtime: Board = {
  slug: 'runtime',
  title: 'Runtime',
  says: 'The process of each gateway, and what its monitoring costs.',
  rows: {
    Process: [
      stat({
        title: 'Started',
        says: 'When the newest process was started.',
        unit: 'dateTimeAsIso',
        queries: { started: `1000 * ${max('process_start_time_seconds')}` },
        span: 6,
      }),
      stat({
        title: 'Processor',
        says: 'Seconds of processor time per second. JavaScript has one thread: near 1 it is full.',
        unit: 'percentunit',
        queries: { '{{instance}}': rate('process_cpu_seconds_total', ['instance']) },
        span: 6,
      }),
      stat({
        title: 'Memory',
        says: 'Resident memory.',
        unit: 'bytes',
        queries: { '{{instance}}': max('process_resident_memory_bytes', ['instance']) },
        span: 6,
      }),
      stat({
        title: 'Open files',
        says: 'File descriptors: connections, files, pipes.',
        unit: 'short',
        queries: { '{{instance}}': max('process_open_fds', ['instance']) },
        span: 6,
      }),
      graph({
        title: 'Event loop lag',
        says: 'How late the event loop comes to its timers. A tool that computes in the gateway, or a very large message, shows here.',
        unit: 's',
        queries: {
          p50: quantile(0.5, 'nodejs_eventloop_lag_seconds'),
          p95: quantile(0.95, 'nodejs_eventloop_lag_seconds'),
          p99: quantile(0.99, 'nodejs_eventloop_lag_seconds'),
        },
      }),
      graph({
        title: 'Event loop busy',
        says: 'Share of time the event loop is busy.',
        unit: 'percentunit',
        max: 1,
        queries: { '{{instance}}': max('nodejs_eventloop_utilization_ratio', ['instance']) },
      }),
      graph({
        title: 'Garbage collection p99',
        says: 'Pauses, by kind. Long major ones: the heap is nearly full.',
        unit: 's',
        queries: { '{{kind}}': quantile(0.99, 'nodejs_gc_duration_seconds', ['kind']) },
      }),
      graph({
        title: 'Memory',
        says: 'Resident memory and the used part of the JavaScript heap.',
        unit: 'bytes',
        span: 12,
        queries: {
          'resident {{instance}}': max('process_resident_memory_bytes', ['instance']),
          'heap {{instance}}': max('nodejs_heap_used_bytes', ['instance']),
        },
      }),
      graph({
        title: 'Processor',
        says: 'Seconds of processor time per second.',
        unit: 'percentunit',
        span: 12,
        queries: { '{{instance}}': rate('process_cpu_seconds_total', ['instance']) },
      }),
      table({
        title: 'Versions',
        says: 'What runs where.',
        unit: 'short',
        queries: { gateways: `count by (instance, version, node, protocol) (${series('mcp_build_info')})` },
      }),
    ],
    'Monitoring itself': [
      graph({
        title: 'Scrapes p95',
        says: 'How long it takes to write all metrics down. It is done in slices, so calls do not wait for it.',
        unit: 's',
        queries: { p95: quantile(0.95, 'mcp_scrape_duration_seconds') },
      }),
      graph({
        title: 'Series',
        says: 'Series by metric, the ten that have most.',
        unit: 'short',
        queries: { '{{metric}}': `topk(10, ${max('mcp_monitoring_series', ['metric'])})` },
      }),
      graph({
        title: 'Not counted by themselves',
        says: 'New series of full metrics that were counted with their overflow, and events that could not be counted, per second.',
        unit: 'ops',
        queries: {
          'overflow {{metric}}': rate('mcp_monitoring_series_dropped_total', ['metric']),
          'fault {{observer}}': rate('mcp_monitoring_faults_total', ['observer']),
        },
      }),
      graph({
        title: 'Log',
        says: 'Lines per second by level, and lines that were lost.',
        unit: 'ops',
        queries: {
          '{{level}}': rate('mcp_log_lines_total', ['level']),
          lost: rate('mcp_log_dropped_total'),
        },
      }),
      graph({
        title: 'Audit trail',
        says: 'Records per second, and records that could not be written. One of those is a reason to look at the disk.',
        unit: 'ops',
        queries: {
          records: rate('mcp_audit_records_total'),
          failed: rate('mcp_audit_failed_total'),
        },
      }),
      graph({
        title: 'Spans',
        says: 'Spans of traces per second, by what became of them.',
        unit: 'ops',
        queries: { '{{outcome}}': rate('mcp_trace_spans_total', ['outcome']) },
      }),
    ],
  },
};
