import { disc } from '../brush.ts';
import { css, mix } from '../colour.ts';
import { shadeField } from '../field.ts';
import { glow, vignette } from '../light.ts';
import { fractal, smoothstep, valueNoise } from '../noise.ts';
import { fullScale } from '../ramp.ts';
import type { Stage } from '../stage.ts';
import { groundPath, ridgeLine } from '../terrain.ts';

/** Birds on their way at dusk, over reeds and still water. */
export function birdFlock(stage: Stage): void {
  sky(stage);
  flock(stage);
  shore(stage);
  vignette(stage, 0.5);
}

function sky(stage: Stage): void {
  const { height, unit, focal, horizon, palette, random } = stage;
  const noise = fractal(valueNoise(random), 4);
  const colours = fullScale(palette);
  shadeField(stage, 6, (x, y, cell) => {
    const below = y > horizon;
    const mirrored = below ? horizon - (y - horizon) * 0.9 : y;
    const down = mirrored / horizon;
    const near = Math.exp(-Math.hypot(x - focal.x, (mirrored - horizon * 0.86) * 1.4) / (unit * 40));
    const streak = smoothstep(0.42, 0.78, noise(x / (unit * 34), mirrored / (unit * 8)));
    const value = 0.14 + 0.46 * Math.max(0, down) ** 1.7 + near * 0.34 + streak * (near * 0.3 - 0.06);
    const wave = below
      ? (noise(x / (unit * 9), y / (unit * 1.4)) - 0.5) * 0.1 - ((y - horizon) / (height - horizon)) * 0.42
      : 0;
    colours(value + wave, cell);
  });
  glow(stage, { x: focal.x, y: horizon * 0.88, radius: unit * 36, colour: palette.glow, strength: 0.5 });
  const { ctx } = stage;
  ctx.fillStyle = css(mix(palette.glow, [255, 255, 255], 0.35));
  disc(ctx, focal.x, horizon * 0.88, unit * 4.6);
}

function flock(stage: Stage): void {
  const { ctx, width, height, unit, focal, palette, random } = stage;
  const heading = random.chance(0.5) ? 1 : -1;
  ctx.fillStyle = css(palette.ink, 0.92);
  for (let i = 0; i < 64; i += 1) {
    const arm = random.chance(0.5) ? 1 : -1;
    const along = random.next() ** 0.85;
    const x =
      focal.x + heading * unit * 8 - heading * along * Math.min(width * 0.46, unit * 46) + random.bell() * unit * 1.6;
    const y = focal.y - height * 0.05 + arm * along * unit * 12 - along * unit * 5 + random.bell() * unit * 1.4;
    bird(stage, x, y, unit * random.between(0.8, 1.7) * (1.15 - along * 0.45), heading);
  }
  for (let i = 0; i < 5; i += 1) {
    bird(
      stage,
      focal.x + random.bell() * unit * 14,
      focal.y + random.bell() * unit * 6,
      unit * random.between(2.1, 3),
      heading,
    );
  }
}

/** Two wings at some point of their beat, and a body. */
function bird({ ctx, random }: Stage, x: number, y: number, size: number, heading: number): void {
  const lift = random.between(-0.35, 0.95);
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(size * heading, size);
  ctx.rotate(random.between(-0.15, 0.1));
  ctx.beginPath();
  ctx.moveTo(0.75, 0.02);
  ctx.quadraticCurveTo(0.2, -0.16, 0.05, -0.1);
  ctx.quadraticCurveTo(-0.15, -0.75 * lift, -0.75, -1.15 * lift);
  ctx.quadraticCurveTo(-0.4, -0.35 * lift, -0.3, 0.02);
  ctx.lineTo(-0.85, 0.12);
  ctx.lineTo(-0.3, 0.14);
  ctx.quadraticCurveTo(0.3, 0.18, 0.75, 0.02);
  ctx.fill();
  ctx.beginPath();
  ctx.moveTo(0.18, -0.06);
  ctx.quadraticCurveTo(0.3, -0.65 * lift, 0.02, -1.2 * lift);
  ctx.quadraticCurveTo(-0.12, -0.5 * lift, -0.18, 0);
  ctx.fill();
  ctx.restore();
}

function shore(stage: Stage): void {
  const { ctx, width, height, unit, horizon, palette, random } = stage;
  const far = ridgeLine(random, { width, base: horizon - unit, relief: unit * 5, wavelength: unit * 36, octaves: 4 });
  ctx.fillStyle = css(mix(palette.mid, palette.deep, 0.75));
  groundPath(ctx, far, horizon + unit * 0.4);
  ctx.fill();
  ctx.strokeStyle = css(palette.ink);
  ctx.lineCap = 'round';
  for (let i = Math.round(width / (unit * 0.8)); i > 0; i -= 1) {
    const x = random.next() * width;
    const edge = Math.abs(x / width - 0.5) * 2;
    const tall = unit * random.between(4, 13) * (0.55 + edge ** 1.5 * 1.5);
    const lean = random.bell() * unit * 1.2;
    ctx.lineWidth = unit * random.between(0.14, 0.34);
    ctx.beginPath();
    ctx.moveTo(x, height + unit);
    ctx.quadraticCurveTo(x + lean * 0.2, height - tall * 0.6, x + lean, height - tall);
    ctx.stroke();
    if (!random.chance(0.22)) continue;
    ctx.lineWidth = unit * 0.75;
    ctx.beginPath();
    ctx.moveTo(x + lean * 0.9, height - tall * 0.97);
    ctx.lineTo(x + lean, height - tall - unit * 1.6);
    ctx.stroke();
  }
}
