import type { ToolLog } from '@callsheet/protocol';
import { defineCounter, defineHistogram } from './catalogue/define.ts';
import { Exposition, type Scrape } from './exposition/exposition.ts';
import { MetricRegistry } from './metrics/registry.ts';
import type { MonitorClock } from './monitor-clock.ts';
import { observe } from './observe/observe.ts';
import type { Readings } from './observe/readings.ts';
import { observeRuntime } from './observe/runtime.ts';
import { type Snapshot, snapshot } from './observe/snapshot.ts';
import { type TopCaller, TopCallers } from './observe/top.ts';
import type { Tracer } from './trace/tracer.ts';

export interface MonitorOptions {
  /** Versions of the gateway and of the protocol. */
  readonly build: { readonly version: string; readonly protocol: string };
  /** What the gateway is asked for when somebody looks. */
  readonly readings: Readings;
  readonly clock: MonitorClock;
  readonly log: Pick<ToolLog, 'warn'>;
  /** Has to listen already: what is measured is joined to its traces. */
  readonly tracer?: Tracer | undefined;
}

/** Everything a gateway measures of itself, from what its rooms tell. */
export interface Monitor {
  readonly registry: MetricRegistry;
  /** One page for Prometheus, in the format the headers `Accept` and `Accept-Encoding` like best. */
  scrape(accept?: string, acceptEncoding?: string): Promise<Scrape>;
  /** All of it as plain JSON, small enough for one message. */
  snapshot(): Snapshot;
  /** Who calls most or fails most, the first first. */
  top(by: 'calls' | 'errors', most: number): readonly TopCaller[];
  /** Listens no more. */
  close(): void;
}

/** Begins to measure. One for each process: what is told in a process is counted by everybody who listens there. */
export function createMonitor({ build, readings, clock, log, tracer }: MonitorOptions): Monitor {
  const began = clock.monotonic();
  const registry = new MetricRegistry({
    now: () => clock.now(),
    report: (fault, metric) => log.warn({ metric, fault: fault.message }, 'a metric could not be read'),
  });
  const scrapes = defineHistogram(registry, 'mcp_scrape_duration_seconds');
  if (tracer !== undefined) {
    defineCounter(registry, 'mcp_trace_spans_total', (family) => {
      for (const [outcome, count] of Object.entries(tracer.counts())) family.cell(outcome).follow(count);
    });
  }
  const top = new TopCallers();
  const stopObserving = observe({
    registry,
    readings,
    options: {
      top,
      now: () => clock.monotonic(),
      report: (observer, error) => log.warn({ observer, fault: String(error) }, 'something could not be counted'),
    },
  });
  const stopRuntime = observeRuntime({ registry, build, now: () => clock.now() });
  const exposition = new Exposition([registry], {
    onFault: (fault) => log.warn({ fault: fault.message }, 'a metric is left out of a page'),
  });
  return {
    registry,
    scrape: async (accept, acceptEncoding) => {
      const from = clock.monotonic();
      const page = await exposition.scrape(accept, acceptEncoding);
      scrapes.cell().observe((clock.monotonic() - from) / 1000);
      return page;
    },
    snapshot: () => snapshot(registry, { uptimeSeconds: (clock.monotonic() - began) / 1000 }),
    top: (by, most) => (by === 'calls' ? top.byCalls(most) : top.byErrors(most)),
    close: () => {
      stopObserving();
      stopRuntime();
    },
  };
}
