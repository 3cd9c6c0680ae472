import { CallError } from '@callsheet/protocol';
import { createCanvas } from '@napi-rs/canvas';
import { GALLERY, type MotifName } from './gallery.ts';
import { keepLegible } from './legibility.ts';
import { mixPalette, PALETTE_NAMES, type PaletteName } from './palette.ts';
import { checkPlateSize, type Plate, plateFromRgba } from './plate.ts';
import { seededRandom } from './seeded-random.ts';
import { setStage } from './stage.ts';

/** Everything a plate is made of, as plain JSON: the same spec paints the same bytes. */
export interface PlateSpec {
  readonly motif: MotifName;
  readonly palette: PaletteName;
  /** 0 to 2³²−1. */
  readonly seed: number;
  /** Pixels, a multiple of 16; see `plateSize`. */
  readonly width: number;
  /** Pixels, even. */
  readonly height: number;
  /** The word that the typographic motif sets in large type; other motifs do without. */
  readonly text?: string;
}

/**
 * Paints a plate (about 60–90 ms of CPU for 1248×2208; run it off the event loop). Composition follows the shape, and
 * the zones of titles and captions are kept dark enough for white text.
 *
 * @throws CallError INVALID_PARAMS for an unknown motif or palette, a seed or a size out of range
 */
export function paintPlate(spec: PlateSpec): Plate {
  checkSpec(spec);
  const { width, height } = spec;
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext('2d', { alpha: false });
  const random = seededRandom(spec.seed);
  const stage = setStage(ctx, { width, height }, mixPalette(spec.palette, random), random, spec.text ?? '');
  GALLERY[spec.motif].paint(stage);
  const plate = plateFromRgba(canvas.data(), width, height);
  keepLegible(plate);
  return plate;
}

function checkSpec({ motif, palette, seed, width, height }: PlateSpec): void {
  checkPlateSize(width, height);
  if (!Object.hasOwn(GALLERY, motif)) {
    const names = Object.keys(GALLERY).join(', ');
    throw new CallError('INVALID_PARAMS', `Cannot paint the motif "${motif}": it is not one of ${names}`);
  }
  if (!PALETTE_NAMES.includes(palette)) {
    const names = PALETTE_NAMES.join(', ');
    throw new CallError('INVALID_PARAMS', `Cannot paint with the palette "${palette}": it is not one of ${names}`);
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new CallError('INVALID_PARAMS', `Cannot paint with the seed "${seed}": give a whole number from 0 to 2³²−1`);
  }
}
