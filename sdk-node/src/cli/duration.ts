import { UsageError } from './usage-error.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** What a timer of the platform can hold. */
const LONGEST_MS = 2_147_483_647;

/** `30`, `1.5s`, `500ms`, `10m` or `2h` in milliseconds; a bare number is seconds. Throws UsageError. */
export function readDuration(text: string, option: string): number {
  const [, number = '', unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const ms = Number(number) * (UNITS[unit] ?? Number.NaN);
  if (number !== '' && ms >= 1 && ms <= LONGEST_MS) return ms;
  throw new UsageError(`Cannot use ${option} "${text}": expected a time like 30s, 500ms or 10m, at most 24 days`);
}
