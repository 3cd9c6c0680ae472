const LENGTH = 55;
const FLAGS_END = 54;

/** The trace id of a traceparent whose trace is kept, to be found again from a metric; undefined for the others. */
export function sampledTraceId(traceparent: string | undefined): string | undefined {
  if (traceparent === undefined || traceparent.length < LENGTH) return undefined;
  // The lowest bit of the last digit says that it is sampled; for digits and for letters alike, it is odd then.
  const digit = traceparent.charCodeAt(FLAGS_END);
  const isOdd = digit > 57 ? digit % 2 === 0 : digit % 2 === 1;
  return isOdd ? traceparent.slice(3, 35) : undefined;
}
