/** What is counted: the same events for every candidate, in the same order. */

export const HELP = 'What this run counts.';
export const LABELS = ['method', 'transport', 'code'] as const;
/** The boundaries of OpenTelemetry's conventions for MCP, in seconds. */
export const BOUNDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];
export const CHILDREN = 1_000;

export interface Event {
  readonly method: string;
  readonly transport: string;
  readonly code: string;
  readonly seconds: number;
}

const METHODS = ['tools/call', 'tools/list', 'jobs/submit', 'ping'];
const TRANSPORTS = ['websocket', 'http'];
const CODES = ['ok', 'tool_error', 'RATE_LIMITED'];
/** So many that no processor learns them by heart. */
const EVENTS = 4_096;
const MASK = EVENTS - 1;

const pick = <T>(from: readonly T[], nth: number): T => from[nth % from.length] as T;

/** Latencies are spread evenly over their logarithm, from 2.5 ms to 1 s. */
const events: readonly Event[] = Array.from({ length: EVENTS }, (_, nth) => ({
  method: pick(METHODS, nth * 7),
  transport: pick(TRANSPORTS, nth >> 3),
  code: pick(CODES, nth * 5),
  seconds: Math.exp(((nth * 2_654_435_761) % 2 ** 32) / (2 ** 32 / 6) - 6),
}));

export function event(nth: number): Event {
  return events[nth & MASK] as Event;
}
