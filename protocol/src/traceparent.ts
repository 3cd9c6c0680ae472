/** What a `traceparent` says: W3C Trace Context §3.2. */
export interface SpanIdentity {
  /** 32 hexadecimal digits in lower case, not all zeros. */
  readonly traceId: string;
  /** 16 of them, not all zeros. */
  readonly spanId: string;
  /** Whether whoever sent it keeps what belongs to the trace. */
  readonly sampled: boolean;
}

/** Version 00 is as long as this; later versions may append to it. */
const LENGTH = 55;
const FLAGS_END = 54;
const DASH = 45;
const ZERO = 48;

/**
 * Reads a `traceparent`; undefined for one that is none, and nothing is to be made of it. Of a version after 00 it reads what
 * version 00 has (§3.2.4). By hand, because it is read for every call of a traced page.
 */
export function parseTraceparent(text: string): SpanIdentity | undefined {
  if (text.length < LENGTH) return undefined;
  if (text.charCodeAt(2) !== DASH || text.charCodeAt(35) !== DASH || text.charCodeAt(52) !== DASH) return undefined;
  if (!isHex(text, 0, 2) || !isHex(text, 53, LENGTH) || !isId(text, 3, 35) || !isId(text, 36, 52)) return undefined;
  const version = text.slice(0, 2);
  if (version === 'ff') return undefined;
  const ends = text.length === LENGTH || (version !== '00' && text.charCodeAt(LENGTH) === DASH);
  if (!ends) return undefined;
  return { traceId: text.slice(3, 35), spanId: text.slice(36, 52), sampled: isSampled(text) };
}

/**
 * Whether whoever sent a good `traceparent` keeps what belongs to its trace: the lowest bit of its flags (§3.2.2.5.1). Undefined is
 * no trace.
 */
export function isSampled(traceparent: string | undefined): traceparent is string {
  if (traceparent === undefined || traceparent.length < LENGTH) return false;
  const digit = traceparent.charCodeAt(FLAGS_END);
  // Odd digits; of letters those with an even code: b, d, f.
  return digit > 57 ? digit % 2 === 0 : digit % 2 === 1;
}

/** Writes version 00. The ids are taken as they are. */
export function traceparentText(traceId: string, spanId: string, sampled: boolean): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

function isId(text: string, from: number, to: number): boolean {
  if (!isHex(text, from, to)) return false;
  for (let at = from; at < to; at++) if (text.charCodeAt(at) !== ZERO) return true;
  return false;
}

function isHex(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > 102 || (code > 57 && code < 97)) return false;
  }
  return true;
}
