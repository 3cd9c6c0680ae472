/** A low-pass FIR cut into phases: phase p holds the taps that give the sample p/phases after an input sample. */
export interface PolyphaseBank {
  readonly phases: number;
  readonly taps: number;
  /** `phases × taps` coefficients, phase after phase; the taps of one phase sum to 1. */
  readonly coefficients: Float64Array;
}

/**
 * Kaiser-windowed sinc interpolation filters (Smith, «Digital Audio Resampling Home Page», windowed-sinc method).
 * Tap k of a phase weighs input sample `base − taps/2 + 1 + k`.
 * @param phases positions between two input samples
 * @param taps even, taps per phase
 * @param cutoff 1 keeps the whole input band; less makes room when the rate falls
 * @param beta Kaiser shape; 8 gives about 80 dB of stop band
 */
export function polyphaseBank(phases: number, taps: number, cutoff: number, beta = 8): PolyphaseBank {
  const coefficients = new Float64Array(phases * taps);
  const half = taps / 2;
  const scale = 1 / besselI0(beta);
  for (let phase = 0; phase < phases; phase += 1) {
    let sum = 0;
    for (let k = 0; k < taps; k += 1) {
      const distance = phase / phases - (k - half + 1);
      const inside = 1 - (distance / half) ** 2;
      const window = inside <= 0 ? 0 : besselI0(beta * Math.sqrt(inside)) * scale;
      const value = sinc(distance * cutoff) * window;
      coefficients[phase * taps + k] = value;
      sum += value;
    }
    for (let k = 0; k < taps; k += 1) coefficients[phase * taps + k] = (coefficients[phase * taps + k] ?? 0) / sum;
  }
  return { phases, taps, coefficients };
}

function sinc(x: number): number {
  if (Math.abs(x) < 1e-9) return 1;
  return Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}
