import { disc } from '../brush.ts';
import { css, mix } from '../colour.ts';
import { shadeField } from '../field.ts';
import { glow, vignette } from '../light.ts';
import { fractal, valueNoise } from '../noise.ts';
import { fullScale } from '../ramp.ts';
import type { Stage } from '../stage.ts';
import { stars } from '../stars.ts';

/** A spiral galaxy seen aslant, with dust lanes and young stars in its arms. */
export function galaxy(stage: Stage): void {
  const { unit, focal, palette, height } = stage;
  const tilt = stage.random.between(-0.7, 0.7);
  const squash = stage.random.between(0.42, 0.6);
  spiral(stage, tilt, squash);
  stars(stage, height, 1.3, mix(palette.glow, [255, 255, 255], 0.4));
  armStars(stage, tilt, squash);
  glow(stage, {
    ...focal,
    radius: unit * 16,
    colour: mix(palette.glow, [255, 255, 255], 0.3),
    strength: 0.75,
    squash: 0.8,
  });
  glow(stage, { ...focal, radius: unit * 5, colour: [255, 255, 255], strength: 0.8 });
  vignette(stage, 0.5);
}

const TWIST = 3.4;

function spiral(stage: Stage, tilt: number, squash: number): void {
  const { unit, focal, palette, random } = stage;
  const noise = fractal(valueNoise(random), 4);
  const cos = Math.cos(tilt);
  const sin = Math.sin(tilt);
  const reach = unit * 60;
  const colours = fullScale(palette);
  shadeField(stage, 5, (x, y, cell) => {
    const dx = (x - focal.x) / reach;
    const dy = (y - focal.y) / reach;
    const u = dx * cos + dy * sin;
    const v = (dy * cos - dx * sin) / squash;
    const far = Math.hypot(u, v) + 1e-4;
    const cloud = noise(x / (unit * 15), y / (unit * 15));
    const arm = Math.cos(2 * (Math.atan2(v, u) - TWIST * Math.log(far + 0.12)) + (cloud - 0.5) * 2.6) * 0.5 + 0.5;
    const body = Math.exp(-far * far * 2.6);
    const lane = (0.16 + arm ** 2.2) * (0.1 + cloud * 1.25) * body * 0.8;
    const dust = (noise(x / (unit * 34) + 20, y / (unit * 34)) - 0.42) * 0.4;
    colours(0.05 + Math.max(0, dust) + lane + Math.exp(-far * 6) * 0.5, cell);
    const pink = Math.max(0, arm * (cloud - 0.45) * 3) * body;
    cell[0] += (palette.accent[0] - cell[0]) * pink * 0.8;
    cell[1] += (palette.accent[1] - cell[1]) * pink * 0.8;
    cell[2] += (palette.accent[2] - cell[2]) * pink * 0.8;
  });
}

function armStars(stage: Stage, tilt: number, squash: number): void {
  const { ctx, unit, focal, palette, random } = stage;
  ctx.save();
  ctx.globalCompositeOperation = 'lighter';
  ctx.translate(focal.x, focal.y);
  ctx.rotate(tilt);
  for (let i = 0; i < 700; i += 1) {
    const far = random.next() ** 0.7;
    const angle = TWIST * Math.log(far + 0.12) + (random.chance(0.5) ? Math.PI : 0) + random.bell() * 0.2;
    const size = unit * (0.05 + 0.2 * random.next() ** 5);
    ctx.fillStyle = css(random.chance(0.2) ? palette.accent : palette.glow, random.between(0.2, 0.8));
    disc(ctx, Math.cos(angle) * far * unit * 56, Math.sin(angle) * far * unit * 56 * squash, size);
  }
  ctx.restore();
}
