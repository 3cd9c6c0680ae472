/**
 * How often something may happen: `calls` per `windowMs` for ever, and `burst` more at once after a quiet time.
 *
 * The calls of a window are spread over it, so `{ calls: 100, windowMs: 60_000, burst: 20 }` is one call each 600 ms,
 * and 21 at once after 12 s of silence; `burst: 0` is one at a time. See `Gcra` for the exact bound.
 */
export interface Rate {
  readonly calls: number;
  readonly windowMs: number;
  readonly burst: number;
}

/** Up to here the sums of `Gcra` stay whole numbers that a double holds exactly. */
const MOST = 100_000_000;
const LONGEST_WINDOW_MS = 86_400_000;

/**
 * @param what is limited, for the sentence.
 * @throws Error with the member that makes no sense.
 */
export function checkRate({ calls, windowMs, burst }: Rate, what = 'by a rate'): void {
  within(what, 'calls', calls, 1, MOST);
  within(what, 'windowMs', windowMs, 1, LONGEST_WINDOW_MS);
  within(what, 'burst', burst, 0, MOST);
}

/** True when both allow the same; what was counted under one is then good under the other. */
export function sameRate(one: Rate | undefined, other: Rate | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.calls === other.calls && one.windowMs === other.windowMs && one.burst === other.burst;
}

function within(what: string, name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new Error(`Cannot limit ${what}: ${name} is ${value}; use a whole number from ${least} to ${most}`);
}
