import { disc } from '../brush.ts';
import { css, mix, type Rgb } from '../colour.ts';
import { glow, vignette, wash } from '../light.ts';
import type { Stage } from '../stage.ts';

const ROWS = 6;

/** Many people, row behind row, one of them in another colour. */
export function crowd(stage: Stage): void {
  const { unit, focal, palette, random } = stage;
  wash(stage, [
    [0, palette.deep],
    [0.3, mix(palette.mid, palette.haze, 0.15)],
    [0.5, palette.haze],
    [1, palette.ink],
  ]);
  glow(stage, { x: focal.x, y: focal.y - unit * 6, radius: unit * 60, colour: palette.glow, strength: 0.6 });
  const chosen = 2;
  for (let row = 0; row < ROWS; row += 1)
    people(stage, row, row === chosen ? focal.x + random.bell() * unit * 3 : undefined);
  vignette(stage, 0.6);
}

function people(stage: Stage, row: number, chosen: number | undefined): void {
  const { width, height, unit, focal, palette, random } = stage;
  const near = row / (ROWS - 1);
  const size = unit * (3.5 + near ** 1.2 * 6.4);
  const level = focal.y - unit * 3 + near ** 1.05 * (height - focal.y) * 0.66;
  const pitch = size * 2.05;
  const start = random.between(-1, 0) * pitch;
  const skins = [palette.mid, palette.haze, mix(palette.mid, palette.deep, 0.5), mix(palette.haze, palette.mid, 0.5)];
  let marked = false;
  for (let x = start; x < width + pitch; x += pitch) {
    const at = x + random.bell() * size * 0.12;
    const here: boolean = chosen !== undefined && !marked && at > chosen - pitch / 2;
    marked ||= here;
    const base = skins[random.whole(0, skins.length - 1)] ?? palette.mid;
    const colour = here ? palette.accent : mix(base, palette.ink, 0.12 + near * 0.7);
    if (here) glow(stage, { x: at, y: level - size, radius: size * 4.5, colour: palette.accent, strength: 0.5 });
    person(stage, at, level + random.bell() * size * 0.16, size * random.between(0.92, 1.08), colour, here);
  }
}

function person(stage: Stage, x: number, y: number, size: number, colour: Rgb, lit: boolean): void {
  const { ctx, height, palette, random } = stage;
  const body = ctx.createLinearGradient(0, y - size * 1.3, 0, y + size * 3);
  body.addColorStop(0, css(mix(colour, palette.glow, lit ? 0.3 : 0.14)));
  body.addColorStop(0.35, css(colour));
  body.addColorStop(1, css(mix(colour, palette.ink, lit ? 0.4 : 0.75)));
  ctx.fillStyle = body;
  ctx.beginPath();
  ctx.moveTo(x - size * 0.98, Math.min(height, y + size * 5));
  ctx.lineTo(x - size * 0.98, y + size * 0.75);
  ctx.bezierCurveTo(
    x - size * 0.98,
    y - size * 0.02,
    x - size * 0.4,
    y - size * 0.06,
    x - size * 0.24,
    y - size * 0.22,
  );
  ctx.lineTo(x + size * 0.24, y - size * 0.22);
  ctx.bezierCurveTo(
    x + size * 0.4,
    y - size * 0.06,
    x + size * 0.98,
    y - size * 0.02,
    x + size * 0.98,
    y + size * 0.75,
  );
  ctx.lineTo(x + size * 0.98, Math.min(height, y + size * 5));
  ctx.fill();
  ctx.beginPath();
  ctx.ellipse(x, y - size * 0.72, size * 0.44, size * 0.54, 0, 0, Math.PI * 2);
  ctx.fill();
  const style = random.next();
  if (style < 0.3) {
    ctx.beginPath();
    ctx.ellipse(x, y - size * 0.86, size * 0.52, size * 0.5, 0, Math.PI, 0);
    ctx.roundRect(x - size * 0.52, y - size * 0.88, size * 0.24, size * random.between(0.5, 1), size * 0.1);
    ctx.roundRect(x + size * 0.28, y - size * 0.88, size * 0.24, size * random.between(0.5, 1), size * 0.1);
    ctx.fill();
  } else if (style < 0.42) {
    disc(ctx, x, y - size * 1.34, size * 0.22);
  }
}
