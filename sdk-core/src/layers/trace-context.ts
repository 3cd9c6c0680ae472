/** https://www.w3.org/TR/trace-context/#traceparent-header: version, trace, span and flags in hex; neither id all zeros. */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0+-)[\da-f]{32}-(?!0+-)[\da-f]{16}-[\da-f]{2}$/;

/** The gateway takes this much of a `tracestate`, and so does everybody else (Trace Context, 3.3.1.5). Characters. */
const MOST_TRACESTATE = 512;

/** W3C trace context as `options.trace` wants it. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** Reads what a propagator injected; nothing when its `traceparent` is none. A `tracestate` that is too long is left out. */
export function readTrace({ traceparent, tracestate }: Readonly<Record<string, string>>): TraceContext | undefined {
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return undefined;
  return tracestate && tracestate.length <= MOST_TRACESTATE ? { traceparent, tracestate } : { traceparent };
}

/**
 * A new, sampled trace.
 *
 * @param randomBytes gives as many random bytes as it is asked for
 */
export function newTraceparent(randomBytes: (count: number) => Uint8Array): string {
  const id = (bytes: number): string => {
    const hex = Array.from(randomBytes(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
    // All zeros is the one id that is none.
    return hex.replace(/^0+$/, '1'.padStart(2 * bytes, '0'));
  };
  return `00-${id(16)}-${id(8)}-01`;
}
