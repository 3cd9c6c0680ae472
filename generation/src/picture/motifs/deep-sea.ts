import { disc } from '../brush.ts';
import { css, mix, type Rgb } from '../colour.ts';
import { shadeField } from '../field.ts';
import { downwards, glow, vignette } from '../light.ts';
import { fractal, smoothstep, valueNoise } from '../noise.ts';
import { fullScale } from '../ramp.ts';
import type { Point, Stage } from '../stage.ts';
import { groundPath, heightAt, ridgeLine } from '../terrain.ts';

/** Sunlight falling through deep water on a school of fish. */
export function deepSea(stage: Stage): void {
  water(stage);
  seabed(stage);
  school(stage);
  drift(stage);
  vignette(stage, 0.55);
}

function water(stage: Stage): void {
  const { width, height, focal, palette, random } = stage;
  const noise = fractal(valueNoise(random), 3);
  const colours = fullScale(palette);
  const sourceX = focal.x + width * random.between(-0.2, 0.2);
  const sourceY = -height * 0.18;
  const reach = Math.hypot(width, height);
  shadeField(stage, 6, (x, y, cell) => {
    const dx = x - sourceX;
    const dy = y - sourceY;
    const angle = Math.atan2(dx, dy);
    const far = Math.hypot(dx * 0.9, dy) / reach;
    const beam =
      smoothstep(0.42, 0.78, noise(angle * 5 + 3, 0.5)) * 0.65 + smoothstep(0.4, 0.7, noise(angle * 17, 9)) * 0.35;
    const depth = 1 - smoothstep(0.05, 0.98, y / height);
    const lit = Math.exp(-far * 2.1);
    const surface = Math.exp(-y / (height * 0.09)) * (0.12 + 0.3 * noise(x / (width * 0.16), y / (height * 0.025)));
    colours(0.06 + depth * 0.3 + lit * 0.34 + beam * lit * depth * 0.42 + surface, cell);
  });
  glow(stage, { x: sourceX, y: 0, radius: reach * 0.5, colour: palette.haze, strength: 0.35, squash: 0.7 });
}

function seabed(stage: Stage): void {
  const { ctx, width, height, unit, palette, random } = stage;
  for (let layer = 0; layer < 3; layer += 1) {
    const near = layer / 2;
    const line = ridgeLine(random, {
      width,
      base: height * (0.83 + near * 0.11),
      relief: unit * (20 - near * 6),
      wavelength: unit * (52 - near * 18),
      octaves: 5,
      sharpness: 0.55,
    });
    const rock = mix(mix(palette.mid, palette.deep, 0.72), palette.ink, 0.2 + near * 0.8);
    ctx.fillStyle = downwards(ctx, height * (0.74 + near * 0.11), height, [rock, mix(rock, palette.ink, 0.7)]);
    groundPath(ctx, line, height);
    ctx.fill();
    if (layer > 0) weed(stage, line, rock);
  }
}

/** Kelp swaying on a ridge: tapering strokes that bend the same way. */
function weed(stage: Stage, line: readonly Point[], rock: Rgb): void {
  const { ctx, width, unit, random } = stage;
  const sway = random.between(-0.5, 0.5);
  ctx.strokeStyle = css(rock);
  ctx.lineCap = 'round';
  const clumps = Math.round(width / (unit * 13));
  for (let clump = 0; clump < clumps; clump += 1) {
    const x = random.next() * width;
    const foot = heightAt(line, x) + unit;
    for (let blade = random.whole(3, 7); blade > 0; blade -= 1) {
      const tall = unit * random.between(4, 11);
      const lean = (sway + random.bell() * 0.18) * tall;
      const from = x + random.bell() * unit * 1.1;
      ctx.lineWidth = unit * random.between(0.25, 0.6);
      ctx.beginPath();
      ctx.moveTo(from, foot);
      ctx.bezierCurveTo(
        from - lean * 0.5,
        foot - tall * 0.35,
        from + lean,
        foot - tall * 0.6,
        from + lean * 0.7,
        foot - tall,
      );
      ctx.stroke();
    }
  }
}

function school(stage: Stage): void {
  const { ctx, width, height, unit, focal, palette, random } = stage;
  const count = 150;
  const heading = random.chance(0.5) ? 1 : -1;
  const spreadX = Math.min(width * 0.4, unit * 36);
  const spreadY = Math.min(height * 0.17, unit * 20);
  const tilt = random.between(-0.35, 0.1) * heading;
  for (let i = 0; i < count; i += 1) {
    const along = random.bell() * 0.42;
    const across = random.bell() * 0.42 * (1 - Math.min(0.75, Math.abs(along) * 0.6));
    const bend = along * along * 0.55;
    const x = focal.x + (along * Math.cos(tilt) - across * Math.sin(tilt)) * spreadX;
    const y = focal.y + (along * Math.sin(tilt) + across * Math.cos(tilt) + bend) * spreadY;
    const near = random.next();
    const size = unit * (0.95 + near * near * 2);
    ctx.save();
    ctx.translate(x, y);
    ctx.rotate(tilt + (along * 0.5 + random.between(-0.12, 0.12)) * heading);
    ctx.scale(size * heading, size);
    ctx.fillStyle = css(mix(mix(palette.mid, palette.deep, 0.6), palette.ink, 0.2 + near * 0.7), 0.65 + near * 0.35);
    fish(ctx);
    ctx.restore();
  }
}

/** A fish one unit and a half long, looking to the right. */
function fish(ctx: Stage['ctx']): void {
  ctx.beginPath();
  ctx.moveTo(0.8, 0);
  ctx.quadraticCurveTo(0.35, -0.34, -0.45, -0.05);
  ctx.lineTo(-0.85, -0.28);
  ctx.quadraticCurveTo(-0.7, 0, -0.85, 0.28);
  ctx.lineTo(-0.45, 0.05);
  ctx.quadraticCurveTo(0.35, 0.34, 0.8, 0);
  ctx.fill();
}

function drift(stage: Stage): void {
  const { ctx, width, height, unit, palette, random } = stage;
  ctx.save();
  ctx.globalCompositeOperation = 'screen';
  for (let i = 0; i < 130; i += 1) {
    const near = random.next() ** 4;
    ctx.fillStyle = css(palette.glow, 0.06 + 0.26 * (1 - near) * random.next());
    disc(ctx, random.next() * width, random.next() * height * 0.85, unit * (0.06 + near * 0.9));
  }
  ctx.restore();
}
