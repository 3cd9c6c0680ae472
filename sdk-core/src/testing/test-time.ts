/** The day test gateways and their clients begin on. Milliseconds since the epoch. */
const BEGINNING_MS = Date.UTC(2026, 0, 1);

/** A moment of a test's clock as a wall clock shows it. Milliseconds since the epoch. */
export function wallTime(nowMs: number): number {
  return BEGINNING_MS + nowMs;
}

/** The same as ISO 8601. */
export function isoTime(nowMs: number): string {
  return new Date(wallTime(nowMs)).toISOString();
}
