import { Buffer } from 'node:buffer';

/** Every label of the one series that takes what has no place any more. */
export const OVERFLOW = '__overflow__';
/** What a value is that was not told: Prometheus takes an empty one for none at all. */
const UNKNOWN = 'unknown';
const LONGEST_VALUE = 128;

/** Half of a pair of UTF-16, which UTF-8 cannot say. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** A value as it is shown: `unknown` when it is empty or no text, at most 128 characters, well-formed. */
export function shownValue(value: unknown): string {
  if (typeof value !== 'string' || value === '') return UNKNOWN;
  if (value.length <= LONGEST_VALUE && !LONE_SURROGATE.test(value)) return value;
  return ownCopy(value.slice(0, LONGEST_VALUE));
}

/** For what is kept: a part of a text keeps the whole of it, e.g. a frame of megabytes. */
export function ownCopy(value: string): string {
  return Buffer.from(value).toString();
}

/** `method="tools/call",transport="websocket"`, escaped as text 0.0.4 and OpenMetrics both have it. */
export function labelText(names: readonly string[], values: readonly string[]): string {
  return names.map((name, at) => `${name}="${escaped(values[at] ?? UNKNOWN)}"`).join(',');
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
