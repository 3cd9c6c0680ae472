/** Second-order section with a0 = 1: y = b0·x + b1·x₁ + b2·x₂ − a1·y₁ − a2·y₂. */
export interface Biquad {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

interface Prototype {
  readonly cosine: number;
  readonly alpha: number;
}

/** Below this a filter's memory is silence; kept longer it turns into denormal numbers, which are very slow. */
const SILENT = 1e-25;
const SPAN = 4_096;

/** Cuts below `frequency` (Bristow-Johnson, «Audio EQ Cookbook»; so are the next three). */
export function highPass(frequency: number, q: number, sampleRate: number): Biquad {
  const { cosine, alpha } = prototype(frequency, q, sampleRate);
  const b = (1 + cosine) / 2;
  return normalise(b, -2 * b, b, 1 + alpha, -2 * cosine, 1 - alpha);
}

/** Cuts above `frequency`. */
export function lowPass(frequency: number, q: number, sampleRate: number): Biquad {
  const { cosine, alpha } = prototype(frequency, q, sampleRate);
  const b = (1 - cosine) / 2;
  return normalise(b, 2 * b, b, 1 + alpha, -2 * cosine, 1 - alpha);
}

/** Lifts or cuts around `frequency` by `gainDb`. */
export function peaking(frequency: number, q: number, gainDb: number, sampleRate: number): Biquad {
  const { cosine, alpha } = prototype(frequency, q, sampleRate);
  const a = 10 ** (gainDb / 40);
  return normalise(1 + alpha * a, -2 * cosine, 1 - alpha * a, 1 + alpha / a, -2 * cosine, 1 - alpha / a);
}

/** Lifts or cuts everything above `frequency` by `gainDb`. */
export function highShelf(frequency: number, q: number, gainDb: number, sampleRate: number): Biquad {
  const { cosine, alpha } = prototype(frequency, q, sampleRate);
  const a = 10 ** (gainDb / 40);
  const slope = 2 * Math.sqrt(a) * alpha;
  return normalise(
    a * (a + 1 + (a - 1) * cosine + slope),
    -2 * a * (a - 1 + (a + 1) * cosine),
    a * (a + 1 + (a - 1) * cosine - slope),
    a + 1 - (a - 1) * cosine + slope,
    2 * (a - 1 - (a + 1) * cosine),
    a + 1 - (a - 1) * cosine - slope,
  );
}

/** Runs the section over the samples in place (transposed direct form II, double precision memory). */
export function applyBiquad(samples: Float32Array, { b0, b1, b2, a1, a2 }: Biquad): void {
  let s1 = 0;
  let s2 = 0;
  for (let from = 0; from < samples.length; from += SPAN) {
    const to = Math.min(from + SPAN, samples.length);
    for (let i = from; i < to; i += 1) {
      const x = samples[i] ?? 0;
      const y = b0 * x + s1;
      s1 = b1 * x - a1 * y + s2;
      s2 = b2 * x - a2 * y;
      samples[i] = y;
    }
    if (Math.abs(s1) < SILENT) s1 = 0;
    if (Math.abs(s2) < SILENT) s2 = 0;
  }
}

function prototype(frequency: number, q: number, sampleRate: number): Prototype {
  // A corner at or above the half rate has no meaning; just under it the section is harmless.
  const omega = (2 * Math.PI * Math.min(frequency, sampleRate * 0.49)) / sampleRate;
  return { cosine: Math.cos(omega), alpha: Math.sin(omega) / (2 * q) };
}

function normalise(b0: number, b1: number, b2: number, a0: number, a1: number, a2: number): Biquad {
  return { b0: b0 / a0, b1: b1 / a0, b2: b2 / a0, a1: a1 / a0, a2: a2 / a0 };
}
