import type { Sections } from '../setting.ts';

/** `[tracing]` */
export const TRACING = {
  enabled: {
    kind: 'flag',
    default: true,
    help: 'Follows calls that are sampled, and keeps those that fail or are slow.',
  },
  sample: {
    kind: 'text',
    format: 'percentage',
    default: '1',
    help: 'Share of calls without a trace of their own that are followed, in percent; whoever sends a trace decides itself.',
  },
  slow_ms: { kind: 'integer', default: 1_000, min: 1, max: 3_600_000, help: 'Calls that take longer are kept.' },
  keep: { kind: 'integer', default: 500, min: 1, max: 10_000, help: 'Slow and failed calls that are kept in memory.' },
  endpoint: {
    kind: 'text',
    format: 'url',
    help: 'Where spans are sent as OTLP/HTTP JSON, such as "http://127.0.0.1:4318/v1/traces"; nowhere when not set.',
  },
  headers: {
    kind: 'table',
    format: 'header_name',
    default: {},
    help: 'Headers the receiver wants.',
    entry: { value: { kind: 'text', format: 'header_text', secret: true, required: true, help: 'Its value.' } },
  },
  open_telemetry: {
    kind: 'flag',
    default: false,
    help: 'Makes the same spans through the OpenTelemetry API of the process, for applications that start the gateway themselves.',
  },
  service_name: { kind: 'text', format: 'name', default: 'callsheet', help: 'The name this gateway has in traces.' },
} as const satisfies Sections[string];
