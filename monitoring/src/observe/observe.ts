import { performance } from 'node:perf_hooks';
import { defineCounter } from '../catalogue/define.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import { connectionHandlers } from './connections.ts';
import { credentialHandlers } from './credentials.ts';
import { defineReadings } from './gauges.ts';
import type { Handlers } from './handlers.ts';
import { jobHandlers } from './jobs.ts';
import { occurrenceHandlers } from './occurrences.ts';
import { Overhead } from './overhead.ts';
import { providerHandlers } from './providers.ts';
import type { Readings } from './readings.ts';
import { Refusals } from './refusals.ts';
import { requestHandlers } from './requests.ts';
import { Routes } from './routes.ts';
import { listen } from './subscribe.ts';
import { ToolBook } from './tool-book.ts';
import type { TopCallers } from './top.ts';

export interface ObserveOptions {
  /** Counts the heaviest callers, when given. */
  readonly top?: TopCallers | undefined;
  /** Milliseconds of a clock that never jumps; `performance.now` unless told. */
  readonly now?: (() => number) | undefined;
  /** Told of the first fault of each observer; all are counted in `mcp_monitoring_faults_total`. */
  readonly report?: ((observer: string, error: unknown) => void) | undefined;
}

export interface ObserveParts {
  /** Must not have the metrics of the table yet. */
  readonly registry: MetricRegistry;
  readonly readings: Readings;
  readonly options?: ObserveOptions | undefined;
}

/**
 * Counts in the registry what the rooms of this process tell on their channels, until what it answers is called. Everything
 * in the process is counted, so two gateways in one process are counted together.
 */
export function observe({ registry, readings, options = {} }: ObserveParts): () => void {
  const { top, now = () => performance.now(), report = () => undefined } = options;
  const tools = new ToolBook({ registry, readings, now });
  const overhead = new Overhead(registry);
  const faults = defineCounter(registry, 'mcp_monitoring_faults_total');
  defineReadings(registry, readings);
  const observers: Readonly<Record<string, Handlers>> = {
    requests: requestHandlers({ routes: new Routes(registry, tools), refusals: new Refusals(registry), overhead, top }),
    jobs: jobHandlers(registry, readings, tools),
    providers: providerHandlers(registry),
    connections: connectionHandlers(registry),
    credentials: credentialHandlers(registry, overhead),
    occurrences: occurrenceHandlers(registry, tools),
  };
  const ends = Object.entries(observers).map(([name, handlers]) => {
    const count = faults.cell(name);
    return listen(handlers, (error) => {
      count.inc();
      if (count.value > 1) return;
      try {
        report(name, error);
      } catch {
        // Whoever published must not pay for a log that is broken either.
      }
    });
  });
  return () => {
    for (const end of ends) end();
  };
}
