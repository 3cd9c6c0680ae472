import { createCanvas, type GlobalCompositeOperation } from '@napi-rs/canvas';
import type { Stage } from './stage.ts';

/** Red, green, blue, alpha of one cell, 0 to 255; the shader writes into it. */
export type Cell = [number, number, number, number];

/**
 * Computes colour cell by cell on a coarse grid and stretches it over the plate: for mist, light and water, which have
 * no edges to lose. A 1242×2208 plate at `step` 6 is 76,000 cells.
 *
 * @param step side of a cell in plate pixels
 * @param shade gets the cell's middle in plate pixels
 */
export function shadeField(
  stage: Stage,
  step: number,
  shade: (x: number, y: number, cell: Cell) => void,
  mode: GlobalCompositeOperation = 'source-over',
  top = 0,
  bottom = stage.height,
): void {
  const columns = Math.ceil(stage.width / step) + 1;
  const rows = Math.ceil((bottom - top) / step) + 1;
  const canvas = createCanvas(columns, rows);
  const coarse = canvas.getContext('2d');
  const image = coarse.createImageData(columns, rows);
  const cell: Cell = [0, 0, 0, 255];
  let at = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      shade((column + 0.5) * step, top + (row + 0.5) * step, cell);
      image.data[at] = cell[0];
      image.data[at + 1] = cell[1];
      image.data[at + 2] = cell[2];
      image.data[at + 3] = cell[3];
      at += 4;
    }
  }
  coarse.putImageData(image, 0, 0);
  const { ctx } = stage;
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, top, stage.width, bottom - top);
  ctx.clip();
  ctx.globalCompositeOperation = mode;
  ctx.imageSmoothingEnabled = true;
  ctx.imageSmoothingQuality = step > 3 ? 'high' : 'low';
  ctx.drawImage(canvas, 0, top, columns * step, rows * step);
  ctx.restore();
}
