import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** The metrics of all clients that share a registry and a prefix. */
export interface ClientMetrics {
  readonly calls: Counter<'method' | 'tool' | 'code'>;
  readonly duration: Histogram<'method' | 'tool'>;
  readonly retries: Counter<'method' | 'tool'>;
  readonly cache: Counter<'tool' | 'result'>;
  readonly connections: Gauge<'state'>;
  readonly rtt: Gauge;
}

/**
 * Finds the metrics in the registry or makes them: a process with several clients has one set, which counts them all.
 *
 * @throws Error when the registry holds metrics of these names and another kind or other buckets
 */
export function clientMetrics(register: Registry, prefix: string, buckets: readonly number[]): ClientMetrics {
  const registers = [register];
  const made = <M>(name: string, Kind: abstract new (...given: never[]) => M, make: (name: string) => M): M => {
    const known: unknown = register.getSingleMetric(prefix + name);
    if (known === undefined) return make(prefix + name);
    if (known instanceof Kind) return known;
    throw new Error(`Cannot make the metric "${prefix}${name}": there is another of this name; choose another prefix`);
  };
  return {
    calls: made('calls_total', Counter, (name) => {
      const help = 'Calls that ended, by the code of their error; "ok" when there was none';
      return new Counter({ registers, name, help, labelNames: ['method', 'tool', 'code'] });
    }),
    duration: made('call_duration_seconds', Histogram, (name) => {
      const help = 'From the call to its end, retries and waiting included';
      return new Histogram({ registers, name, help, labelNames: ['method', 'tool'], buckets: [...buckets] });
    }),
    retries: made('call_retries_total', Counter, (name) => {
      const help = 'Attempts of calls beyond their first';
      return new Counter({ registers, name, help, labelNames: ['method', 'tool'] });
    }),
    cache: made('cache_total', Counter, (name) => {
      const help = 'Calls of tools by what the cache had for them';
      return new Counter({ registers, name, help, labelNames: ['tool', 'result'] });
    }),
    connections: made('connections', Gauge, (name) => {
      return new Gauge({
        registers,
        name,
        help: 'Clients by the state of their connection; closed ones are gone',
        labelNames: ['state'],
      });
    }),
    rtt: made('rtt_seconds', Gauge, (name) => {
      return new Gauge({ registers, name, help: 'The newest time the gateway took to answer a keep-alive question' });
    }),
  };
}
