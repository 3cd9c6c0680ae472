import type { SeriesReading } from '../../src/metrics/reading.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { type ObserveOptions, observe } from '../../src/observe/observe.ts';
import type { Readings } from '../../src/observe/readings.ts';

/** What one observer has counted. */
export class Observing {
  readonly registry = new MetricRegistry();
  readonly end: () => void;

  constructor(readings: Readings = {}, options?: ObserveOptions) {
    this.end = observe({ registry: this.registry, readings, options });
  }

  /** Undefined for a series there is not. */
  series(name: string, ...labelValues: readonly string[]): SeriesReading | undefined {
    const all = [...(this.registry.family(name)?.series() ?? [])];
    return all.find((one) => one.labelValues.join() === labelValues.join());
  }

  value(name: string, ...labelValues: readonly string[]): number | undefined {
    return this.series(name, ...labelValues)?.value;
  }

  sum(name: string, ...labelValues: readonly string[]): number | undefined {
    return this.series(name, ...labelValues)?.histogram?.sum;
  }

  size(name: string): number {
    return [...(this.registry.family(name)?.series() ?? [])].length;
  }
}

/** Ends what was begun in a test, after it. */
export function observing(): (readings?: Readings, options?: ObserveOptions) => Observing {
  const begun: Observing[] = [];
  afterEach(() => {
    for (const one of begun.splice(0)) one.end();
  });
  return (readings, options) => {
    const one = new Observing(readings, options);
    begun.push(one);
    return one;
  };
}

/** A gateway with these tools. */
export function withTools(tools: Readonly<Record<string, 'call' | 'job'>>): Readings {
  const all = new Map(Object.entries(tools).map(([name, execution]) => [name, { execution }] as const));
  return { tools: () => all };
}
