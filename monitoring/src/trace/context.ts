import { isJsonObject, type Params, parseTraceparent, type SpanIdentity } from '@callsheet/protocol';

/** One member of a `tracestate`: whose it is, and what it says. */
export type StateMember = readonly [key: string, value: string];

/** What a caller said of the trace its request belongs to. */
export interface IncomingTrace extends SpanIdentity {
  /** As it is passed on and exported; undefined when there was none, or none that can be read. */
  readonly tracestate: string | undefined;
}

/** W3C Trace Context §3.3.1: members at most, and characters everybody takes at least. */
const MOST_MEMBERS = 32;
const MOST_CHARACTERS = 512;
/** As long as the protocol lets it be, which leaves room for what later versions add. */
const LONGEST_PARENT = 128;
/** §3.3.1.3.1: of one system, or `tenant@system`. */
const KEY = /^(?:[a-z][\da-z_*/-]{0,255}|[\da-z][\da-z_*/-]{0,240}@[a-z][\da-z_*/-]{0,13})$/;
/** §3.3.1.3.2: printable, without comma and equals sign, not ending in a space. */
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** Reads the trace of a request out of its `_meta`; undefined when there is none, or none that can be read. */
export function incomingTrace(params: Params | undefined): IncomingTrace | undefined {
  if (params === undefined || Array.isArray(params)) return undefined;
  const { _meta: meta } = params;
  if (!isJsonObject(meta)) return undefined;
  const { traceparent, tracestate } = meta;
  // Not checked by any schema yet. The ids are parts of this text and keep all of it in memory as long as they are kept.
  if (typeof traceparent !== 'string' || traceparent.length > LONGEST_PARENT) return undefined;
  const parent = parseTraceparent(traceparent);
  if (parent === undefined) return undefined;
  const { traceId, spanId, sampled } = parent;
  const members = typeof tracestate === 'string' && sampled ? parseTracestate(tracestate) : [];
  return { traceId, spanId, sampled, tracestate: members.length > 0 ? tracestateText(members) : undefined };
}

/**
 * The members of a `tracestate`, the newest first (§3.3). Empty when any of it is malformed, doubled or too long: then all of it is
 * to be ignored, and the `traceparent` stands (§3.3.1).
 */
export function parseTracestate(text: string): readonly StateMember[] {
  if (text.length > MOST_CHARACTERS) return [];
  const members = new Map<string, string>();
  for (const part of text.split(',')) {
    const member = withoutBlanks(part);
    if (member === '') continue;
    const equals = member.indexOf('=');
    const key = member.slice(0, Math.max(0, equals));
    const value = member.slice(equals + 1);
    if (!KEY.test(key) || !VALUE.test(value) || members.has(key)) return [];
    members.set(key, value);
  }
  return members.size > MOST_MEMBERS ? [] : [...members];
}

/** Writes a `tracestate`; the last members are left out when it would be too long (§3.5). */
export function tracestateText(members: readonly StateMember[]): string {
  let text = '';
  for (const [key, value] of members.slice(0, MOST_MEMBERS)) {
    const longer = text === '' ? `${key}=${value}` : `${text},${key}=${value}`;
    if (longer.length > MOST_CHARACTERS) break;
    text = longer;
  }
  return text;
}

/** Without the blanks and tabs around it (OWS of RFC 9110 §5.6.3). By hand: a pattern for both ends costs a square of the length. */
function withoutBlanks(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && isBlank(text[from])) from += 1;
  while (to > from && isBlank(text[to - 1])) to -= 1;
  return text.slice(from, to);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
