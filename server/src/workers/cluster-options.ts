import type { Config } from '../config/settings.ts';

/** What the settings say of the dispatcher, in its own words. */
export interface ClusterSettings {
  readonly strategy: Config['workers']['strategy'];
  readonly slowStartMs: number;
  readonly registry: {
    readonly heartbeatMs: number;
    readonly suspectAfterMs: number;
    readonly deadAfterMs: number;
    readonly graceMs: number;
    readonly forgetAfterMs: number;
    readonly maxWorkers: number;
  };
  readonly guard: { readonly hardInARow: number; readonly ejectionMs: number; readonly longestEjectionMs: number };
  readonly line: { readonly limit: number; readonly longestWaitMs: number };
  readonly retry: false | { readonly share: number };
  /** With the dispatcher's own defaults when it is on. */
  readonly hedge: false | Readonly<Record<never, never>>;
  readonly health: { readonly intervalMs: number; readonly timeoutMs: number };
}

/** The `options` of a cluster, from `[workers]`. */
export function clusterOptions({ workers }: Config): ClusterSettings {
  return {
    strategy: workers.strategy,
    slowStartMs: workers.slowStartMs,
    registry: {
      heartbeatMs: workers.heartbeatMs,
      suspectAfterMs: workers.suspectAfterMs,
      deadAfterMs: workers.deadAfterMs,
      graceMs: workers.graceMs,
      forgetAfterMs: workers.forgetAfterMs,
      maxWorkers: workers.maxWorkers,
    },
    guard: {
      hardInARow: workers.failuresInRow,
      ejectionMs: workers.ejectionMs,
      longestEjectionMs: workers.longestEjectionMs,
    },
    line: { limit: workers.queue, longestWaitMs: workers.queueWaitMs },
    retry: workers.retry && { share: workers.retryPercent / 100 },
    hedge: workers.hedge && {},
    health: { intervalMs: workers.probeIntervalMs, timeoutMs: workers.probeTimeoutMs },
  };
}
