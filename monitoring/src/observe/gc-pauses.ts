import { constants, PerformanceObserver } from 'node:perf_hooks';
import type { HistogramFamily } from '../metrics/histogram-family.ts';

const KINDS: ReadonlyMap<unknown, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/** Measures pauses of garbage collection by kind; what it answers ends that. */
export function observePauses(pauses: HistogramFamily): () => void {
  for (const kind of KINDS.values()) pauses.cell(kind);
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) pauses.cell(pauseKind(entry)).observe(entry.duration / 1000);
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}

/** The label of a pause. Engines come with new kinds of collection: those are `other`. */
export function pauseKind(entry: object): string {
  const detail = 'detail' in entry ? entry.detail : undefined;
  const kind = typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined;
  return KINDS.get(kind) ?? 'other';
}
