import { MetricRegistry } from '../../src/metrics/registry.ts';

/** A registry whose clock stands still, and what it reported. */
export function watchedRegistry(): { registry: MetricRegistry; reports: { sentence: string; metric: string }[] } {
  const reports: { sentence: string; metric: string }[] = [];
  const report = (fault: Error, metric: string): void => {
    reports.push({ sentence: fault.message, metric });
  };
  return { registry: new MetricRegistry({ now: () => 1_795_000_000_000, report }), reports };
}
