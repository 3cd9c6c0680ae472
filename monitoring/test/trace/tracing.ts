import { FakeClock } from '../../../server/test/fake-clock.ts';
import type { TracerOptions } from '../../src/trace/options.ts';
import type { SpanRecord } from '../../src/trace/span.ts';
import { createTracer, type Tracer, type TracerParts } from '../../src/trace/tracer.ts';

export const TRACE = '0af7651916cd43dd8448eb211c80319c';
export const CALLER = 'b7ad6b7169203331';
export const SAMPLED = `00-${TRACE}-${CALLER}-01`;
export const UNSAMPLED = `00-${TRACE}-${CALLER}-00`;

export interface Tracing {
  readonly tracer: Tracer;
  readonly clock: FakeClock;
  /** As they ended. */
  readonly spans: SpanRecord[];
}

/** Randomness that counts: no two ids are the same, and each is known beforehand. */
export function countingFill(): (bytes: Uint8Array) => void {
  let next = 1;
  return (bytes) => {
    for (let at = 0; at < bytes.length; at += 8) new DataView(bytes.buffer, bytes.byteOffset).setUint32(at + 4, next++);
  };
}

/** Makes tracers that end with their test. */
export function tracing(): (options?: Partial<TracerOptions>, parts?: Partial<TracerParts>) => Tracing {
  const made: Tracer[] = [];
  afterEach(async () => {
    for (const tracer of made.splice(0)) await tracer.close();
  });
  return (options = {}, parts = {}) => {
    const clock = new FakeClock();
    const spans: SpanRecord[] = [];
    const tracer = createTracer({
      options: { sampleRatio: 0, service: { name: 'callsheet', version: '1.2.3', instanceId: 'one' }, ...options },
      clock,
      randomFill: countingFill(),
      random: () => 0.5,
      fetch: () => Promise.reject(new Error('nobody is there')),
      log: { info: () => undefined, warn: () => undefined },
      sink: { add: (span) => void spans.push(span) },
      ...parts,
    });
    made.push(tracer);
    return { tracer, clock, spans };
  };
}
