import { disc } from '../brush.ts';
import { css, mix } from '../colour.ts';
import { downwards, glow, vignette, wash } from '../light.ts';
import type { Point, Stage } from '../stage.ts';
import { groundPath, heightAt, ridgeLine } from '../terrain.ts';

const FIELDS = 6;

/** Rolling fields with their furrows, round trees, a farmhouse, an early sun. */
export function farmland(stage: Stage): void {
  const { ctx, height, unit, focal, horizon, palette, random } = stage;
  wash(stage, [
    [0, palette.deep],
    [0.2, palette.mid],
    [(horizon / height) * 0.85, mix(palette.haze, palette.glow, 0.55)],
    [1, palette.deep],
  ]);
  const sun = { x: focal.x, y: focal.y };
  glow(stage, { ...sun, radius: unit * 46, colour: palette.glow, strength: 0.75 });
  ctx.fillStyle = css(mix(palette.glow, [255, 255, 255], 0.5));
  disc(ctx, sun.x, sun.y, unit * 5.4);
  const home = random.whole(1, 2);
  for (let field = 0; field < FIELDS; field += 1) hill(stage, field, field === home);
  vignette(stage, 0.5);
}

function hill(stage: Stage, field: number, home: boolean): void {
  const { ctx, width, height, unit, focal, horizon, palette, random } = stage;
  const near = field / (FIELDS - 1);
  const base = horizon * 0.9 + near ** 1.25 * (height - horizon * 0.9) * 0.78;
  const line = ridgeLine(random, {
    width,
    base,
    relief: unit * (9 + near * 6),
    wavelength: unit * (48 + near * 30),
    octaves: 1,
  });
  const crop = random.chance(0.3) ? mix(palette.accent, palette.haze, 0.45) : palette.haze;
  const lit = mix(mix(crop, palette.glow, 0.3 * (1 - near)), palette.mid, 0.25 + near * 0.5);
  const dark = mix(lit, palette.ink, 0.3 + near * 0.45);
  if (!home || near > 0.5) trees(stage, line, near);
  ctx.fillStyle = downwards(ctx, base - unit * 7, base + unit * (16 + near * 10), [lit, dark]);
  groundPath(ctx, line, height);
  ctx.fill();
  ctx.save();
  groundPath(ctx, line, height);
  ctx.clip();
  furrows(stage, line, near);
  ctx.restore();
  if (home) farmhouse(stage, line, focal.x + unit * random.between(12, 22) * (focal.x > width / 2 ? -1 : 1));
}

/** Lines that fan out from a far point, bent over the hill. */
function furrows(stage: Stage, line: readonly Point[], near: number): void {
  const { ctx, width, unit, palette, random } = stage;
  const rows = 26;
  const from = random.between(0.1, 0.9) * width;
  const spread = random.between(1.2, 2) * width;
  ctx.strokeStyle = css(palette.ink, 0.2 + near * 0.12);
  ctx.lineWidth = unit * (0.12 + near * 0.3);
  for (let row = 0; row < rows; row += 1) {
    const t = row / (rows - 1) - 0.5;
    const top = from + t * spread * 0.42;
    const foot = from + t * spread * 1.9;
    const y = heightAt(line, Math.min(width, Math.max(0, top)));
    const down = unit * (13 + near * 22);
    ctx.beginPath();
    ctx.moveTo(top, y);
    ctx.quadraticCurveTo((top * 2 + foot) / 3 - t * unit * 6, y + down * 0.45, foot, y + down);
    ctx.stroke();
  }
}

function trees(stage: Stage, line: readonly Point[], near: number): void {
  const { ctx, width, unit, palette, random } = stage;
  const groves = random.whole(2, 4);
  for (let grove = 0; grove < groves; grove += 1) {
    const centre = random.next() * width;
    for (let tree = random.whole(2, 6); tree > 0; tree -= 1) {
      const x = centre + random.bell() * unit * (4 + near * 5);
      const y = heightAt(line, x) + unit * 0.5;
      const size = unit * random.between(1.3, 2.6) * (0.75 + near * 1.5);
      const crown = mix(mix(palette.mid, palette.haze, 0.2), palette.ink, 0.3 + near * 0.45);
      ctx.fillStyle = css(mix(crown, palette.ink, 0.5));
      ctx.fillRect(x - size * 0.1, y - size * 1.2, size * 0.2, size * 1.4);
      const fill = ctx.createLinearGradient(x - size, y - size * 2.6, x + size * 0.5, y - size);
      fill.addColorStop(0, css(mix(crown, palette.glow, 0.28)));
      fill.addColorStop(1, css(crown));
      ctx.fillStyle = fill;
      ctx.beginPath();
      ctx.ellipse(x, y - size * 1.75, size * 0.8, size, 0, 0, Math.PI * 2);
      ctx.fill();
    }
  }
}

function farmhouse(stage: Stage, line: readonly Point[], x: number): void {
  const { ctx, unit, palette } = stage;
  const y = heightAt(line, x) + unit * 0.7;
  const s = unit * 2.1;
  ctx.fillStyle = css(mix(palette.accent, palette.ink, 0.3));
  ctx.fillRect(x - s * 1.5, y - s * 1.35, s * 3, s * 1.6);
  ctx.fillStyle = css(mix(palette.ink, palette.deep, 0.4));
  ctx.beginPath();
  ctx.moveTo(x - s * 1.8, y - s * 1.3);
  ctx.lineTo(x - s * 1.05, y - s * 2.35);
  ctx.lineTo(x + s * 1.05, y - s * 2.35);
  ctx.lineTo(x + s * 1.8, y - s * 1.3);
  ctx.fill();
  ctx.fillRect(x + s * 0.55, y - s * 2.8, s * 0.3, s * 0.6);
  ctx.fillStyle = css(palette.glow, 0.95);
  for (const at of [-1, -0.25, 0.75]) ctx.fillRect(x + at * s, y - s * 0.95, s * 0.34, s * 0.42);
}
