// What this benchmark uses of packages that are installed here only: the rest of the house must compile without them.

declare module '@opentelemetry/sdk-metrics' {
  type Labels = Readonly<Record<string, string>>;
  interface Meter {
    createCounter(name: string): { add(value: number, labels: Labels): void };
    createHistogram(name: string, options?: object): { record(value: number, labels: Labels): void };
  }
  export abstract class MetricReader {
    collect(): Promise<{ resourceMetrics: { scopeMetrics: readonly object[] } }>;
    protected abstract onForceFlush(): Promise<void>;
    protected abstract onShutdown(): Promise<void>;
  }
  export class MeterProvider {
    constructor(options: { readers: readonly MetricReader[]; views?: readonly object[] });
    getMeter(name: string): Meter;
  }
  export const AggregationType: { readonly EXPONENTIAL_HISTOGRAM: number };
}
