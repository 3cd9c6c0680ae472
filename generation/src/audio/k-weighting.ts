import type { Biquad } from './biquad.ts';

/** The two filters of ITU-R BS.1770-4 Annex 1: a shelf for the head, then a high-pass. */
export interface KWeighting {
  readonly shelf: Biquad;
  readonly highPass: Biquad;
}

/**
 * The standard lists coefficients for 48 kHz only. These are its analogue prototypes, found by inverting the bilinear
 * transform of that table, so that any sample rate gets the same curve; at 48 kHz they give the table to 10 digits.
 */
const SHELF = { frequency: 1681.974450955533, gainDb: 3.999843853973347, q: 0.7071752369554196 };
const HIGH_PASS = { frequency: 38.13547087602444, q: 0.5003270373238773 };
/** Exponent that splits the shelf's gain between its edge and its plateau; part of the same inversion. */
const EDGE = 0.4996667741545416;

export function kWeighting(sampleRate: number): KWeighting {
  return { shelf: shelf(sampleRate), highPass: highPass(sampleRate) };
}

function shelf(sampleRate: number): Biquad {
  const k = Math.tan((Math.PI * SHELF.frequency) / sampleRate);
  const plateau = 10 ** (SHELF.gainDb / 20);
  const edge = plateau ** EDGE;
  const a0 = 1 + k / SHELF.q + k * k;
  return {
    b0: (plateau + (edge * k) / SHELF.q + k * k) / a0,
    b1: (2 * (k * k - plateau)) / a0,
    b2: (plateau - (edge * k) / SHELF.q + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - k / SHELF.q + k * k) / a0,
  };
}

function highPass(sampleRate: number): Biquad {
  const k = Math.tan((Math.PI * HIGH_PASS.frequency) / sampleRate);
  const a0 = 1 + k / HIGH_PASS.q + k * k;
  return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / HIGH_PASS.q + k * k) / a0 };
}
