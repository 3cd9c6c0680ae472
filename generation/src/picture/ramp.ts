import { mix } from './colour.ts';
import type { Cell } from './field.ts';
import type { Stop } from './light.ts';
import type { Palette } from './palette.ts';

/** Writes the colour at `t` (0 to 1, clamped) into a cell, opaque. */
export type Ramp = (t: number, cell: Cell) => void;

const SHADES = 512;

/** A colour scale looked up in a table, so that a field costs one index per cell instead of one OKLab mix. */
export function ramp(stops: readonly Stop[]): Ramp {
  const table = new Uint8ClampedArray(SHADES * 3);
  for (let shade = 0; shade < SHADES; shade += 1) {
    const t = shade / (SHADES - 1);
    const after = stops.findIndex(([at]) => at >= t);
    const to = stops[after === -1 ? stops.length - 1 : after];
    const from = stops[Math.max(0, (after === -1 ? stops.length : after) - 1)];
    if (!from || !to) continue;
    const span = to[0] - from[0];
    table.set(mix(from[1], to[1], span > 0 ? Math.min(1, (t - from[0]) / span) : 0), shade * 3);
  }
  return (t, cell) => {
    const bounded = t > 0 ? (t < 1 ? t : 1) : 0;
    const at = Math.round(bounded * (SHADES - 1)) * 3;
    cell[0] = table[at] ?? 0;
    cell[1] = table[at + 1] ?? 0;
    cell[2] = table[at + 2] ?? 0;
    cell[3] = 255;
  };
}

/** The whole palette, from its darkest to its light. */
export function fullScale({ ink, deep, mid, haze, glow }: Palette): Ramp {
  return ramp([
    [0, ink],
    [0.25, deep],
    [0.55, mid],
    [0.81, haze],
    [1, glow],
  ]);
}

/** The palette without its light. */
export function dimScale({ ink, deep, mid, haze }: Palette): Ramp {
  return ramp([
    [0, ink],
    [0.38, deep],
    [0.77, mid],
    [1, haze],
  ]);
}

/** The dark half of the palette. */
export function darkScale({ ink, deep, mid }: Palette): Ramp {
  return ramp([
    [0, ink],
    [0.52, deep],
    [1, mid],
  ]);
}
