import { checkRate, type Rate } from './rate.ts';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const FORM = /^([1-9][0-9]{0,8})\/([1-9][0-9]{0,8})(ms|s|m|h|d)(?:\+(0|[1-9][0-9]{0,8}))?$/;

/** What a rate looks like, for sentences that begin with «expected» or «write». */
export const RATE_FORM =
  'calls/window+burst, such as "100/60s+20" (window in ms, s, m, h or d, up to a day; burst may be left out), or "off"';

/**
 * Reads `100/60s+20`, `10/1m`, or `off`, which is undefined.
 *
 * @throws Error when the text is anything else.
 */
export function parseRate(text: string): Rate | undefined {
  if (text === 'off') return undefined;
  const rate = read(text);
  if (rate === undefined) throw new Error(`Cannot read the rate "${text.slice(0, 64)}"; write ${RATE_FORM}`);
  return rate;
}

/** True when `parseRate` would not throw. */
export function isRateText(text: string): boolean {
  return text === 'off' || read(text) !== undefined;
}

/** The text that `parseRate` reads back as the same rate. */
export function printRate(rate: Rate | undefined): string {
  if (rate === undefined) return 'off';
  const { calls, windowMs, burst } = rate;
  return `${calls}/${printWindow(windowMs, '')}${burst > 0 ? `+${burst}` : ''}`;
}

/** `60s`, or `1500ms` when it is not whole seconds; `gap` stands before the unit. */
export function printWindow(windowMs: number, gap: '' | ' '): string {
  return windowMs % 1_000 === 0 ? `${windowMs / 1_000}${gap}s` : `${windowMs}${gap}ms`;
}

function read(text: string): Rate | undefined {
  const [, calls, window, unit = '', burst = '0'] = FORM.exec(text) ?? [];
  const rate = {
    calls: Number(calls),
    windowMs: Number(window) * (UNITS_MS[unit] ?? Number.NaN),
    burst: Number(burst),
  };
  try {
    checkRate(rate);
    return rate;
  } catch {
    return undefined;
  }
}
