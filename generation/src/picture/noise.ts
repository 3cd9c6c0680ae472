import type { SeededRandom } from './seeded-random.ts';

/** Smooth noise over the plane, 0 to 1, with features about one unit wide. */
export type Noise = (x: number, y: number) => number;

/** Value noise on a seeded 256-cell lattice, blended with Perlin's quintic so that the slope is continuous too. */
export function valueNoise(random: SeededRandom): Noise {
  const lattice = new Float32Array(256);
  const order = new Uint8Array(512);
  for (let i = 0; i < 256; i += 1) {
    lattice[i] = random.next();
    order[i] = i;
  }
  for (let i = 255; i > 0; i -= 1) {
    const j = random.whole(0, i);
    const kept = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = kept;
  }
  order.copyWithin(256, 0, 256);
  return (x, y) => {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const u = quintic(x - column);
    const v = quintic(y - row);
    const left = order[column & 255] ?? 0;
    const right = order[(column + 1) & 255] ?? 0;
    const a = lattice[order[left + (row & 255)] ?? 0] ?? 0;
    const b = lattice[order[right + (row & 255)] ?? 0] ?? 0;
    const c = lattice[order[left + ((row + 1) & 255)] ?? 0] ?? 0;
    const d = lattice[order[right + ((row + 1) & 255)] ?? 0] ?? 0;
    return a + (b - a) * u + (c - a + (a - b - c + d) * u) * v;
  };
}

/** Several octaves of a noise, each twice as fine and half as strong; 0 to 1. */
export function fractal(noise: Noise, octaves: number): Noise {
  return (x, y) => {
    let sum = 0;
    let weight = 0.5;
    let total = 0;
    for (let octave = 0, scale = 1; octave < octaves; octave += 1, scale *= 2.03) {
      sum += weight * noise(x * scale + octave * 17.3, y * scale - octave * 9.1);
      total += weight;
      weight *= 0.5;
    }
    return sum / total;
  };
}

/** 0 below `low`, 1 above `high`, smooth between. */
export function smoothstep(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

function quintic(t: number): number {
  return t * t * t * (t * (t * 6 - 15) + 10);
}
