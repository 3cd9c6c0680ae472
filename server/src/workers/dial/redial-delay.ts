const FIRST_MS = 250;
const LONGEST_MS = 30_000;

/**
 * How long to wait before somebody is dialled again: doubling from 250 ms to 30 s, the later half of it by dice, so that a
 * house full of gateways does not come back to a restarted worker in one moment.
 *
 * @param attempt 1 for the first wait.
 * @param random uniform in [0, 1).
 */
export function redialDelay(attempt: number, random: () => number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return ceiling / 2 + (random() * ceiling) / 2;
}
