import type { Bar } from '../balance/bars.ts';

/** What one part of this benchmark found out. */
export interface Part {
  readonly title: string;
  readonly rows: readonly Readonly<Record<string, string | number | boolean>>[];
  /** What our clients must hold. */
  readonly bars: readonly Bar[];
}

export function atLeast(what: string, value: number, least: number, shown: (value: number) => string): Bar {
  return { what, wanted: `at least ${shown(least)}`, measured: shown(value), held: value >= least };
}

export function atMost(what: string, value: number, most: number, shown: (value: number) => string): Bar {
  return { what, wanted: `at most ${shown(most)}`, measured: shown(value), held: value <= most };
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en');
export const times = (value: number): string => `${value.toFixed(2)} ×`;
export const share = (value: number): string => value.toFixed(3);
export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const kilobytes = (value: number): string => `${(value / 1_000).toFixed(2)} kB`;
export const mebibytes = (value: number): string => `${(value / 1_048_576).toFixed(1)} MiB`;
