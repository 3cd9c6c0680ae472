import { isSampled } from '@callsheet/protocol';

/** The trace id of a traceparent whose trace is kept, to be found again from a metric; undefined for the others. */
export function sampledTraceId(traceparent: string | undefined): string | undefined {
  return isSampled(traceparent) ? traceparent.slice(3, 35) : undefined;
}
