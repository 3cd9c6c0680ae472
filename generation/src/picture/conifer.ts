import type { SKRSContext2D } from '@napi-rs/canvas';
import type { SeededRandom } from './seeded-random.ts';

/** Adds a spruce to the current path: tiers of drooping branches around a stem, foot at (x, y). */
export function coniferPath(ctx: SKRSContext2D, random: SeededRandom, x: number, y: number, tall: number): void {
  const tiers = Math.max(5, Math.min(15, Math.round(tall / 14)));
  const spread = tall * random.between(0.17, 0.24);
  const right: [number, number][] = [];
  const left: [number, number][] = [];
  for (let tier = 0; tier < tiers; tier += 1) {
    const t = (tier + 1) / tiers;
    const height = y - tall * (1 - t * 0.93);
    const reach = spread * t ** 0.85;
    right.push(
      [x + reach * random.between(0.75, 1.1), height + tall * 0.02],
      [x + reach * 0.42, height - tall * 0.012],
    );
    left.push([x - reach * random.between(0.75, 1.1), height + tall * 0.02], [x - reach * 0.42, height - tall * 0.012]);
  }
  ctx.moveTo(x, y - tall);
  for (const [px, py] of right) ctx.lineTo(px, py);
  ctx.lineTo(x + tall * 0.02, y - tall * 0.05);
  ctx.lineTo(x + tall * 0.02, y + tall * 0.06);
  ctx.lineTo(x - tall * 0.02, y + tall * 0.06);
  ctx.lineTo(x - tall * 0.02, y - tall * 0.05);
  for (const [px, py] of left.reverse()) ctx.lineTo(px, py);
  ctx.closePath();
}
