import type { HistogramCell } from '../metrics/histogram-cell.ts';

/** What of `perf_hooks.monitorEventLoopDelay` is used. Values are nanoseconds. */
export interface DelayMonitor {
  readonly count: number;
  enable(): boolean;
  disable(): boolean;
  reset(): void;
  percentile(percentile: number): number;
}

/** How often the loop's delay is sampled: 20 ms cost 0.2 % of a core, 10 ms a third more. */
export const RESOLUTION_MS = 20;

/** The monitor is emptied so often that this is enough for everything it holds. */
const MOST_SAMPLES = 1000;

/**
 * Moves what the monitor has measured into a histogram. It measures from one timer to the next, so an idle loop shows the
 * resolution: that is taken off. The samples come back from the monitor in order of size, each by its own percentile.
 */
export function drainDelays(monitor: DelayMonitor, lag: HistogramCell): void {
  const { count } = monitor;
  const read = Math.min(count, MOST_SAMPLES);
  for (let nth = 1; nth <= read; nth += 1) {
    const delayMs = monitor.percentile((100 * nth) / read) / 1e6;
    lag.observe(Math.max(0, delayMs - RESOLUTION_MS) / 1000);
  }
  if (count > 0) monitor.reset();
}
