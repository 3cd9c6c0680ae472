import { type Rgb, relativeLuminance } from '../../src/picture/colour.ts';
import type { Plate } from '../../src/picture/plate.ts';

/** The colour a viewer sees at a pixel: BT.709 limited range back to RGB. */
export function colourAt({ width, height, data }: Plate, x: number, y: number): Rgb {
  const luma = width * height;
  const chroma = (y >> 1) * (width >> 1) + (x >> 1);
  const l = (((data[y * width + x] ?? 0) - 16) * 255) / 219;
  const u = (((data[luma + chroma] ?? 0) - 128) * 255) / 224;
  const v = (((data[luma * 1.25 + chroma] ?? 0) - 128) * 255) / 224;
  const bounded = (value: number) => Math.min(255, Math.max(0, value));
  return [bounded(l + 1.5748 * v), bounded(l - 0.1873 * u - 0.4681 * v), bounded(l + 1.8556 * u)];
}

/** WCAG contrast that the given share of pixels between two heights (parts of the plate's) has with white at least. */
export function contrastWithWhite(plate: Plate, top: number, bottom: number, share: number): number {
  const luminances: number[] = [];
  for (let y = Math.floor(top * plate.height); y < bottom * plate.height; y += 2) {
    for (let x = 0; x < plate.width; x += 2) luminances.push(relativeLuminance(colourAt(plate, x, y)));
  }
  luminances.sort((a, b) => a - b);
  const bright = luminances[Math.floor(luminances.length * share)] ?? 1;
  return 1.05 / (bright + 0.05);
}

/** Distance of the darkest from the brightest hundredth of the luma codes. */
export function spread({ width, height, data }: Plate): number {
  const codes = data.slice(0, width * height).sort();
  return (codes[Math.floor(codes.length * 0.99)] ?? 0) - (codes[Math.floor(codes.length * 0.01)] ?? 0);
}
