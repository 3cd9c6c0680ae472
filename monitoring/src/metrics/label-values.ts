import { Buffer } from 'node:buffer';

/** Every label of the one series that takes what has no place any more. */
export const OVERFLOW = '__overflow__';
/** What a value is that was not told: Prometheus takes an empty one for none at all. */
const UNKNOWN = 'unknown';
const LONGEST_VALUE = 128;

/**
 * A value as it is kept: `unknown` when it is empty or no text, at most 128 characters, well-formed.
 * Always a copy: a part of a text would keep the whole of it, e.g. a frame of megabytes.
 */
export function keptValue(value: unknown): string {
  if (typeof value !== 'string' || value === '') return UNKNOWN;
  return Buffer.from(value.slice(0, LONGEST_VALUE)).toString();
}

/** `method="tools/call",transport="websocket"`, escaped as text 0.0.4 and OpenMetrics both have it. */
export function labelText(names: readonly string[], values: readonly string[]): string {
  return names.map((name, at) => `${name}="${escaped(values[at] ?? UNKNOWN)}"`).join(',');
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
