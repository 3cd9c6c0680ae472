import { disc } from '../brush.ts';
import { css, mix } from '../colour.ts';
import { downwards, glow, vignette, wash } from '../light.ts';
import type { Stage } from '../stage.ts';

const SHEETS = 8;

/** Sheets of coloured paper cut in waves and laid one over another, each with its soft shadow. */
export function paperWaves(stage: Stage): void {
  const { ctx, height, unit, focal, palette } = stage;
  wash(stage, [
    [0, mix(palette.glow, palette.haze, 0.55)],
    [0.5, mix(palette.haze, palette.glow, 0.25)],
    [1, palette.mid],
  ]);
  glow(stage, { x: focal.x, y: focal.y, radius: unit * 45, colour: palette.glow, strength: 0.5 });
  ctx.save();
  ctx.shadowColor = css(palette.ink, 0.4);
  ctx.shadowBlur = unit * 1.6;
  ctx.fillStyle = css(mix(palette.accent, palette.glow, 0.12));
  disc(ctx, focal.x, focal.y - unit * 2, unit * 9);
  ctx.restore();
  topSheets(stage);
  for (let sheet = 0; sheet < SHEETS; sheet += 1) {
    const near = sheet / (SHEETS - 1);
    const base = focal.y + unit * 5 + near ** 1.1 * (height - focal.y) * 0.72;
    layPaper(stage, base, near, false);
  }
  vignette(stage, 0.45);
}

function topSheets(stage: Stage): void {
  for (let sheet = 0; sheet < 3; sheet += 1) {
    const near = 0.35 + sheet * 0.28;
    layPaper(stage, stage.height * (0.24 - sheet * 0.085), near, true);
  }
}

function layPaper(stage: Stage, base: number, near: number, hanging: boolean): void {
  const { ctx, width, height, unit, palette, random } = stage;
  const colour =
    near < 0.5
      ? mix(palette.haze, palette.mid, near * 2)
      : mix(palette.mid, mix(palette.deep, palette.ink, 0.35), near * 2 - 1);
  const swing = unit * random.between(4, 7.5);
  const long = unit * random.between(55, 95);
  const phase = random.between(0, Math.PI * 2);
  const second = random.between(0, Math.PI * 2);
  const edge = hanging ? -unit * 9 : height + unit * 9;
  ctx.save();
  ctx.shadowColor = css(palette.ink, 0.55);
  ctx.shadowBlur = unit * 2.4;
  ctx.shadowOffsetY = hanging ? unit * 0.8 : -unit * 0.7;
  ctx.fillStyle = downwards(ctx, base - swing * 1.5, base + (hanging ? -1 : 1) * unit * 20, [
    mix(colour, palette.glow, 0.1),
    mix(colour, palette.ink, 0.18),
  ]);
  ctx.beginPath();
  ctx.moveTo(-unit * 9, edge);
  for (let x = -unit * 9; x <= width + unit * 9; x += unit) {
    const wave = Math.sin((x / long) * Math.PI * 2 + phase) + 0.4 * Math.sin((x / long) * Math.PI * 4.4 + second);
    ctx.lineTo(x, base + wave * swing);
  }
  ctx.lineTo(width + unit * 9, edge);
  ctx.closePath();
  ctx.fill();
  ctx.restore();
}
