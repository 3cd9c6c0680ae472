import { CallError } from '@callsheet/protocol';
import { type SeededRandom, seededRandom } from './seeded-random.ts';

/**
 * A still picture the compositor moves over: planar YUV 4:2:0 (I420), the Y plane, then U, then V, each without row
 * padding. BT.709 matrix, limited range (Y 16–235, U and V 16–240). Width is a multiple of 16, height is even.
 */
export interface Plate {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Largest side a plate may have: an 8K frame with room to pan. */
const LONGEST_SIDE = 10_000;

/** Refuses a size the compositor's kernel could not read. */
export function checkPlateSize(width: number, height: number): void {
  const whole = Number.isInteger(width) && Number.isInteger(height);
  if (!whole || width < 16 || height < 16 || width > LONGEST_SIDE || height > LONGEST_SIDE) {
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot make a plate of "${width}×${height}": give whole numbers from 16 to ${LONGEST_SIDE}`,
    );
  }
  if (width % 16 !== 0 || height % 2 !== 0) {
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot make a plate of "${width}×${height}": the width must be a multiple of 16 and the height even; ask plateSize()`,
    );
  }
}

/** The size to paint for a frame: `overscan` times larger, rounded up to what a plate needs. */
export function plateSize(frameWidth: number, frameHeight: number, overscan = 1.15): { width: number; height: number } {
  const width = Math.ceil((frameWidth * overscan) / 16) * 16;
  const height = Math.ceil((frameHeight * overscan) / 2) * 2;
  return { width, height };
}

/**
 * Turns opaque RGBA pixels into a plate.
 *
 * Coefficients are BT.709's (Kr 0.2126, Kb 0.0722) for limited range, scaled by 65536; chroma is the mean of each 2×2
 * block. Luma is rounded with a little triangular noise instead of to the nearest: dark gradients would show contour
 * lines otherwise, and the noise is mostly below what the encoder keeps.
 *
 * @param rgba four bytes a pixel, row by row; alpha is ignored
 */
export function plateFromRgba(rgba: Uint8Array, width: number, height: number): Plate {
  checkPlateSize(width, height);
  if (rgba.length !== width * height * 4) {
    throw new CallError(
      'INVALID_PARAMS',
      `Cannot make a plate of ${width}×${height} from ${rgba.length} bytes of RGBA`,
    );
  }
  const pixels = inWords(rgba);
  const noise = LUMA_ROUNDING;
  const luma = width * height;
  const data = new Uint8Array(luma + luma / 2);
  let atU = luma;
  let atV = luma + luma / 4;
  for (let y = 0; y < height; y += 2) {
    let upper = y * width;
    let lower = upper + width;
    const noiseRow = (y & 63) << 6;
    for (let x = 0; x < width; x += 2) {
      const p0 = pixels[upper] ?? 0;
      const p1 = pixels[upper + 1] ?? 0;
      const p2 = pixels[lower] ?? 0;
      const p3 = pixels[lower + 1] ?? 0;
      const n = noiseRow | (x & 63);
      data[upper] = (luma16(p0) + (noise[n] ?? 0)) >> 16;
      data[upper + 1] = (luma16(p1) + (noise[n + 1] ?? 0)) >> 16;
      data[lower] = (luma16(p2) + (noise[n + 64] ?? 0)) >> 16;
      data[lower + 1] = (luma16(p3) + (noise[n + 65] ?? 0)) >> 16;
      const r = (p0 & 255) + (p1 & 255) + (p2 & 255) + (p3 & 255);
      const g = ((p0 >> 8) & 255) + ((p1 >> 8) & 255) + ((p2 >> 8) & 255) + ((p3 >> 8) & 255);
      const b = ((p0 >> 16) & 255) + ((p1 >> 16) & 255) + ((p2 >> 16) & 255) + ((p3 >> 16) & 255);
      data[atU] = (-1649 * r - 5547 * g + 7196 * b + CHROMA_MIDDLE) >> 16;
      data[atV] = (7196 * r - 6536 * g - 660 * b + CHROMA_MIDDLE) >> 16;
      upper += 2;
      lower += 2;
      atU += 1;
      atV += 1;
    }
  }
  return { width, height, data };
}

/** Luma above black, times 65536, of a pixel read as one little-endian word. */
function luma16(pixel: number): number {
  return 11966 * (pixel & 255) + 40254 * ((pixel >> 8) & 255) + 4064 * ((pixel >> 16) & 255);
}

/** One 32-bit word a pixel; copied when the bytes do not start on a word border. */
function inWords(rgba: Uint8Array): Uint32Array {
  const bytes = rgba.byteOffset % 4 === 0 ? rgba : rgba.slice();
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

const CHROMA_MIDDLE = (128 << 16) + 32768;

/** 64×64 roundings: the black level 16, a half, and triangular noise of ±0.75 levels; the same on every machine. */
const LUMA_ROUNDING = roundings(seededRandom(709));

function roundings(random: SeededRandom): Int32Array {
  return Int32Array.from({ length: 64 * 64 }, () => {
    const noise = (random.next() + random.next() - 1) * 0.75;
    return Math.round((16.5 + noise) * 65536);
  });
}
