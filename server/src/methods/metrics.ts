import type { FigureHistory, Monitor } from '@callsheet/monitoring';
import { CallError } from '@callsheet/protocol';
import type { Method } from './method.ts';

type MetricsMethods = 'metrics/snapshot' | 'metrics/query' | 'metrics/top';

/** What is measured, and how it went. */
export interface Measured {
  readonly monitor: Pick<Monitor, 'snapshot' | 'top'>;
  readonly history: Pick<FigureHistory, 'query'>;
}

const FIVE_MINUTES_S = 300;
const TOP = 10;

/** `metrics/*`. */
export function metricsMethods(measured: Measured | undefined): Record<MetricsMethods, Method> {
  const known = (): Measured => {
    if (measured !== undefined) return measured;
    throw new CallError('NOT_IMPLEMENTED', 'Cannot show metrics: this gateway measures nothing; see metrics.enabled');
  };
  return {
    'metrics/snapshot': () => known().monitor.snapshot(),
    'metrics/query': ({ metric, overSeconds = FIVE_MINUTES_S, stepSeconds }) => {
      const step = stepSeconds === undefined ? undefined : Number(stepSeconds);
      return refusing(() => known().history.query(String(metric), Number(overSeconds), step));
    },
    'metrics/top': ({ by = 'calls', limit = TOP }) => ({
      by: by === 'errors' ? 'errors' : 'calls',
      callers: known().monitor.top(by === 'errors' ? 'errors' : 'calls', Number(limit)),
    }),
  };
}

/** What monitoring refuses with a RangeError is the caller's mistake. */
export function refusing<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof RangeError) throw new CallError('INVALID_PARAMS', error.message, { cause: error });
    throw error;
  }
}
