import { shape } from './struck.ts';
import type { Voice } from './voice.ts';

interface Ensemble {
  /** Level of each overtone of the round layer, and of the layer that swells in. */
  readonly round: readonly number[];
  readonly bright: readonly number[];
  /** Seconds. */
  readonly attack: number;
  readonly release: number;
  /** How far the two layers are apart, in cents. */
  readonly detune: number;
}

const TABLE = 1_024;
const HIGHEST_OVERTONE = 6_000;

/** Slow warm chords. */
export const pad = ensemble({
  round: [1, 0.3, 0.12, 0.05],
  bright: [0.6, 0.4, 0.26, 0.18, 0.12, 0.08, 0.05],
  attack: 0.7,
  release: 1.3,
  detune: 9,
});

/** A string section from a distance: quicker, with more bow. */
export const strings = ensemble({
  round: [1, 0.45, 0.28, 0.16, 0.08],
  bright: [0.7, 0.6, 0.42, 0.3, 0.22, 0.15, 0.1, 0.07],
  attack: 0.28,
  release: 0.7,
  detune: 12,
});

const BASS_TABLES = waveTables([1, 0.34, 0.13, 0.04]);

/** Round and low; the second overtone lets small loudspeakers hear it. */
export const bass: Voice = ({ frequency, seconds, sampleRate }) => {
  const release = 0.09;
  const samples = new Float32Array(Math.ceil((seconds + release) * sampleRate));
  addWave(
    samples,
    tableFor(BASS_TABLES, frequency),
    frequency / sampleRate,
    (i) => 0.72 + 0.28 * Math.exp(-i / (0.25 * sampleRate)),
  );
  shape(samples, 0.012 * sampleRate, release * sampleRate);
  return samples;
};

function ensemble({ round, bright, attack, release, detune }: Ensemble): Voice {
  const roundTables = waveTables(round);
  const brightTables = waveTables(bright);
  return ({ frequency, seconds, sampleRate, random }) => {
    const samples = new Float32Array(Math.ceil((seconds + release) * sampleRate));
    const apart = 2 ** ((detune * random.between(0.7, 1.1)) / 2_400);
    const flat = frequency / apart / sampleRate;
    const sharp = (frequency * apart) / sampleRate;
    // The second layer swells and sinks once per tone, like a bow or a breath.
    const half = Math.PI / samples.length;
    addWave(samples, tableFor(roundTables, frequency), flat, () => 0.5, random.next());
    addWave(samples, tableFor(brightTables, frequency), sharp, (i) => 0.5 * Math.sin(i * half) ** 2, random.next());
    shape(samples, Math.min(attack, seconds * 0.5) * sampleRate, release * sampleRate);
    return samples;
  };
}

/** One period with the first overtone, with the first two, and so on; a high tone takes a short list. */
function waveTables(levels: readonly number[]): readonly Float32Array[] {
  return levels.map((_, i) => waveTable(levels.slice(0, i + 1)));
}

function tableFor(tables: readonly Float32Array[], frequency: number): Float32Array {
  const overtones = Math.max(1, Math.min(tables.length, Math.floor(HIGHEST_OVERTONE / frequency)));
  return tables[overtones - 1] ?? new Float32Array(TABLE + 1);
}

/** The peak is at 1. The last entry repeats the first, for interpolation. */
function waveTable(levels: readonly number[]): Float32Array {
  const table = new Float32Array(TABLE + 1);
  levels.forEach((level, i) => {
    const step = (2 * Math.PI * (i + 1)) / TABLE;
    for (let at = 0; at <= TABLE; at += 1) table[at] = (table[at] ?? 0) + Math.sin(at * step) * level;
  });
  const peak = table.reduce((highest, value) => Math.max(highest, Math.abs(value)), 1e-9);
  return table.map((value) => value / peak);
}

/** The level is asked for once per this many samples and moves in a straight line between. */
const LEVEL_STEP = 64;

function addWave(
  samples: Float32Array,
  table: Float32Array,
  turnsPerSample: number,
  levelAt: (sample: number) => number,
  phase = 0,
): void {
  let position = phase * TABLE;
  const step = turnsPerSample * TABLE;
  let level = levelAt(0);
  for (let from = 0; from < samples.length; from += LEVEL_STEP) {
    const to = Math.min(from + LEVEL_STEP, samples.length);
    const slope = (levelAt(to) - level) / LEVEL_STEP;
    for (let i = from; i < to; i += 1) {
      const index = position | 0;
      const low = table[index] ?? 0;
      samples[i] = (samples[i] ?? 0) + level * (low + ((table[index + 1] ?? 0) - low) * (position - index));
      level += slope;
      position += step;
      if (position >= TABLE) position -= TABLE;
    }
  }
}
