import type { MetricType } from '../metrics/reading.ts';
import { CACHE_METRICS } from './caches.ts';
import { CONNECTION_METRICS } from './connections.ts';
import { JOB_METRICS } from './jobs.ts';
import { PROVIDER_METRICS } from './providers.ts';
import { REQUEST_METRICS } from './requests.ts';
import type { MetricRow } from './row.ts';
import { RUNTIME_METRICS } from './runtime.ts';
import { SELF_METRICS } from './self.ts';
import { SERVICE_METRICS } from './services.ts';

/** The table by area, in the order of the documentation. */
export const METRIC_AREAS = {
  'Requests and tools': REQUEST_METRICS,
  Connections: CONNECTION_METRICS,
  Jobs: JOB_METRICS,
  'Providers and media': PROVIDER_METRICS,
  'Workers and guards': SERVICE_METRICS,
  Caches: CACHE_METRICS,
  Process: RUNTIME_METRICS,
  Monitoring: SELF_METRICS,
} as const;

const TABLE = {
  ...REQUEST_METRICS,
  ...CONNECTION_METRICS,
  ...JOB_METRICS,
  ...PROVIDER_METRICS,
  ...SERVICE_METRICS,
  ...CACHE_METRICS,
  ...RUNTIME_METRICS,
  ...SELF_METRICS,
} as const;

/** Name of a metric, as Prometheus knows it. */
export type MetricName = keyof typeof TABLE;

/** Names of the metrics of one type. */
export type MetricNameOf<Type extends MetricType> = {
  [Name in MetricName]: (typeof TABLE)[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** Every metric there is. What documents, rules, dashboards and observers name comes from here. */
export const METRICS: Readonly<Record<MetricName, MetricRow>> = TABLE;
