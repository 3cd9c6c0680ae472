import { type Rgb, rgb, tint } from './colour.ts';
import type { SeededRandom } from './seeded-random.ts';

/** The moods music and pictures share; the names are the catalogue's. */
export const MOODS = ['calm', 'hopeful', 'uplifting', 'dramatic', 'dark', 'playful', 'corporate', 'lofi'] as const;
export type Mood = (typeof MOODS)[number];

/** Six colours by the part they play, from the darkest silhouette to the light, and one that answers it. */
export interface Palette {
  readonly ink: Rgb;
  readonly deep: Rgb;
  readonly mid: Rgb;
  readonly haze: Rgb;
  readonly glow: Rgb;
  /** A colour from across the wheel, for the one thing that should catch the eye. */
  readonly accent: Rgb;
}

interface PaletteRow {
  readonly moods: readonly Mood[];
  /** ink, deep, mid, haze, glow, accent */
  readonly colours: readonly [string, string, string, string, string, string];
}

const TABLE = {
  abyss: { moods: ['calm', 'dark'], colours: ['#020a14', '#04233b', '#0a5574', '#2f9db3', '#c8f4ee', '#ff8a5c'] },
  lagoon: {
    moods: ['hopeful', 'uplifting', 'calm'],
    colours: ['#03181c', '#06414a', '#0f8583', '#5fc9b2', '#eafbd7', '#ffb454'],
  },
  ember: {
    moods: ['dramatic', 'uplifting'],
    colours: ['#12060a', '#3a0f1c', '#8c2a2b', '#e0653a', '#ffd28a', '#5ad1c8'],
  },
  dusk: { moods: ['hopeful', 'calm'], colours: ['#120a24', '#2d1b4e', '#74346f', '#e0677a', '#ffc58f', '#6fd3ff'] },
  dawn: {
    moods: ['hopeful', 'uplifting'],
    colours: ['#101a33', '#26406e', '#6a7fb0', '#f0a58f', '#ffe6b8', '#ff6f61'],
  },
  midnight: {
    moods: ['calm', 'dark', 'dramatic'],
    colours: ['#04060f', '#0b1533', '#1f356b', '#4f74b8', '#dbe8ff', '#ffcf70'],
  },
  aurora: { moods: ['calm', 'hopeful'], colours: ['#030b12', '#07243a', '#0f5a5e', '#37c79a', '#c9ffd9', '#b07bff'] },
  moss: { moods: ['calm', 'hopeful'], colours: ['#06100a', '#12301f', '#2f6b3e', '#86b06a', '#f2f0b8', '#ff9f5a'] },
  pine: {
    moods: ['calm', 'dramatic', 'lofi'],
    colours: ['#040d0e', '#0c2a2e', '#24575a', '#7fa9a0', '#f5e9c9', '#e4734f'],
  },
  savanna: {
    moods: ['uplifting', 'dramatic', 'hopeful'],
    colours: ['#1a0d06', '#4a230e', '#a3521b', '#e9a04a', '#ffe7b0', '#3fb6a8'],
  },
  rose: { moods: ['playful', 'hopeful'], colours: ['#1a0812', '#4a1530', '#a3355d', '#ef7f96', '#ffe0d2', '#7ce0d0'] },
  candy: {
    moods: ['playful', 'uplifting'],
    colours: ['#150a2e', '#3a1a78', '#8a3bd1', '#ff7ac6', '#ffe3f4', '#38e1ff'],
  },
  citrus: {
    moods: ['playful', 'uplifting'],
    colours: ['#10180a', '#2f4a12', '#7d9b1e', '#f0c53a', '#fff6c9', '#ff6a3d'],
  },
  cobalt: {
    moods: ['corporate', 'uplifting'],
    colours: ['#040818', '#0b1d5c', '#1f48c9', '#5f94ff', '#e4efff', '#ffb02e'],
  },
  slate: { moods: ['corporate', 'calm'], colours: ['#080c12', '#1a2735', '#3c566e', '#8fa9bd', '#f3f6f8', '#ff7849'] },
  graphite: {
    moods: ['dark', 'dramatic', 'corporate'],
    colours: ['#08080a', '#1b1c20', '#45474f', '#9ea1ab', '#f4f2ee', '#ff4d3d'],
  },
  gilt: {
    moods: ['dramatic', 'dark', 'corporate'],
    colours: ['#080604', '#221a10', '#5e4824', '#b48d46', '#ffeab8', '#5fb7c4'],
  },
  wine: { moods: ['dark', 'dramatic'], colours: ['#12040c', '#350a24', '#6d1c3f', '#b8536a', '#f9cfc0', '#f2b134'] },
  plum: { moods: ['lofi', 'calm'], colours: ['#120d1f', '#2c2244', '#5a4470', '#b07f9a', '#f7d3b5', '#78c8c0'] },
  clay: { moods: ['lofi', 'hopeful'], colours: ['#17100f', '#3b2826', '#7a5148', '#c69175', '#f8e2c0', '#6ea8a4'] },
  glacier: {
    moods: ['calm', 'corporate', 'hopeful'],
    colours: ['#04101c', '#0d3150', '#2f6f99', '#93c9e2', '#f4fcff', '#ff8b6b'],
  },
  neon: {
    moods: ['playful', 'dark', 'lofi'],
    colours: ['#07030f', '#1d0b3d', '#5a17a8', '#e0359a', '#ffc9f2', '#21e6ff'],
  },
} as const satisfies Record<string, PaletteRow>;

export type PaletteName = keyof typeof TABLE;

export const PALETTE_NAMES = Object.keys(TABLE) as PaletteName[];

/** The moods a palette serves. */
export function paletteMoods(name: PaletteName): readonly Mood[] {
  return TABLE[name].moods;
}

/** A palette by name, shifted a little by chance so that two plates with one palette are siblings, not twins. */
export function mixPalette(name: PaletteName, random: SeededRandom): Palette {
  const hue = random.between(-7, 7);
  const chroma = random.between(0.94, 1.08);
  const [ink, deep, mid, haze, glow, accent] = TABLE[name].colours;
  const shifted = (hex: string) => tint(rgb(hex), hue, chroma);
  return {
    ink: shifted(ink),
    deep: shifted(deep),
    mid: shifted(mid),
    haze: shifted(haze),
    glow: shifted(glow),
    accent: shifted(accent),
  };
}
