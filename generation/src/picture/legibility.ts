import type { Plate } from './plate.ts';
import { type Shape, shapeOf } from './stage.ts';

/** A band of the picture that text is laid over, as parts of its height. */
interface TextBand {
  readonly top: number;
  readonly bottom: number;
  /** Highest luma code (0–1 over the limited range) that nearly all of the band may have. */
  readonly ceiling: number;
}

/**
 * White on a grey of code 0.43 has a WCAG contrast of 5.2:1, on 0.56 of 3.4:1. Captions must reach 4.5:1 and titles,
 * being large text, 3:1; the reserve pays for the share of pixels above the percentile and for coloured greys.
 */
const CAPTION_CEILING = 0.43;
const TITLE_CEILING = 0.56;

const BANDS: Record<Shape, readonly TextBand[]> = {
  portrait: [
    { top: 0.07, bottom: 0.32, ceiling: TITLE_CEILING },
    { top: 0.6, bottom: 0.9, ceiling: CAPTION_CEILING },
  ],
  square: [
    { top: 0.05, bottom: 0.3, ceiling: TITLE_CEILING },
    { top: 0.66, bottom: 0.97, ceiling: CAPTION_CEILING },
  ],
  landscape: [
    { top: 0.05, bottom: 0.3, ceiling: TITLE_CEILING },
    { top: 0.66, bottom: 0.97, ceiling: CAPTION_CEILING },
  ],
};

/** Rows over which the darkening fades out beyond a band, as a part of the height. */
const FADE = 0.14;

/**
 * Darkens, in place, the bands where titles and captions stand, by as much as a measurement says and no more. Scaling
 * Y−16 and the chroma offsets by one factor is the same as scaling gamma-coded RGB, so hue is kept.
 */
export function keepLegible(plate: Plate): void {
  const gains = new Float32Array(plate.height).fill(1);
  for (const band of BANDS[shapeOf(plate.width, plate.height)]) {
    const bright = percentile(plate, band, 0.97);
    const gain = Math.min(1, band.ceiling / Math.max(bright, 0.01));
    if (gain < 1) lower(gains, band, gain);
  }
  applyGains(plate, gains);
}

function percentile({ width, height, data }: Plate, band: TextBand, share: number): number {
  const counts = new Uint32Array(256);
  let seen = 0;
  for (let y = Math.floor(band.top * height); y < band.bottom * height; y += 3) {
    for (let x = 0; x < width; x += 5) {
      const code = data[y * width + x] ?? 0;
      counts[code] = (counts[code] ?? 0) + 1;
      seen += 1;
    }
  }
  let below = 0;
  for (let code = 0; code < 256; code += 1) {
    below += counts[code] ?? 0;
    if (below >= seen * share) return Math.max(0, (code - 16) / 219);
  }
  return 1;
}

function lower(gains: Float32Array, band: TextBand, gain: number): void {
  const height = gains.length;
  for (let y = 0; y < height; y += 1) {
    const outside = Math.max(band.top - y / height, y / height - band.bottom, 0);
    const t = Math.min(1, outside / FADE);
    const eased = t * t * (3 - 2 * t);
    gains[y] = Math.min(gains[y] ?? 1, gain + (1 - gain) * eased);
  }
}

function applyGains({ width, height, data }: Plate, gains: Float32Array): void {
  const half = width / 2;
  const chroma = width * height;
  for (let y = 0; y < height; y += 1) {
    const gain = Math.round((gains[y] ?? 1) * 4096);
    if (gain === 4096) continue;
    for (let at = y * width; at < (y + 1) * width; at += 1) {
      data[at] = 16 + ((((data[at] ?? 16) - 16) * gain + 2048) >> 12);
    }
    if (y % 2 === 1) continue;
    const row = (y / 2) * half;
    for (const plane of [chroma, chroma + chroma / 4]) {
      for (let at = plane + row; at < plane + row + half; at += 1) {
        data[at] = 128 + ((((data[at] ?? 128) - 128) * gain + 2048) >> 12);
      }
    }
  }
}
