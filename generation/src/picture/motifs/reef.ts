import { disc } from '../brush.ts';
import { css, mix, type Rgb } from '../colour.ts';
import { shadeField } from '../field.ts';
import { downwards, glow, vignette } from '../light.ts';
import { fractal, smoothstep, valueNoise } from '../noise.ts';
import { fullScale } from '../ramp.ts';
import type { Stage } from '../stage.ts';
import { groundPath, heightAt, ridgeLine } from '../terrain.ts';

/** A coral garden in shallow water: far corals in haze, coloured ones in the light, dark ones in front. */
export function reef(stage: Stage): void {
  const { palette } = stage;
  water(stage);
  garden(stage, 0, [mix(palette.mid, palette.haze, 0.35)]);
  fishes(stage);
  garden(stage, 1, [
    mix(palette.accent, palette.deep, 0.22),
    mix(mix(palette.accent, palette.glow, 0.25), palette.mid, 0.3),
    mix(palette.haze, palette.mid, 0.4),
  ]);
  garden(stage, 2, [mix(palette.ink, palette.deep, 0.35)]);
  vignette(stage, 0.5);
}

function water(stage: Stage): void {
  const { width, height, unit, focal, palette, random } = stage;
  const noise = fractal(valueNoise(random), 3);
  const colours = fullScale(palette);
  shadeField(stage, 6, (x, y, cell) => {
    const down = y / height;
    const slant = (x - focal.x) / width + down * 0.35;
    const beam = smoothstep(0.45, 0.75, noise(slant * 7 + 5, 2)) * (1 - down) ** 1.4;
    const ripple = Math.exp(-down * 11) * noise(x / (unit * 9), y / (unit * 2.6));
    colours(0.24 + 0.42 * (1 - down) ** 1.3 + beam * 0.24 + ripple * 0.4, cell);
  });
  glow(stage, { x: focal.x, y: 0, radius: unit * 70, colour: palette.glow, strength: 0.3 });
}

function garden(stage: Stage, layer: number, colours: readonly Rgb[]): void {
  const { ctx, width, height, unit, palette, random } = stage;
  const near = layer / 2;
  const line = ridgeLine(random, {
    width,
    base: height * (0.72 + near * 0.2),
    relief: unit * 15,
    wavelength: unit * 45,
    octaves: 3,
  });
  const first = colours[0] ?? palette.ink;
  let x = -unit * 2;
  while (x < width + unit * 2) {
    const colour = colours[random.whole(0, colours.length - 1)] ?? first;
    const size = unit * random.between(6, 13) * (0.75 + near * 0.55);
    coral(stage, x, heightAt(line, x) + unit, size, colour);
    x += size * random.between(0.35, 0.95);
  }
  const floor = layer === 1 ? mix(mix(palette.mid, first, 0.18), palette.deep, 0.55) : first;
  ctx.fillStyle = downwards(ctx, height * (0.69 + near * 0.2), height, [floor, mix(floor, palette.ink, 0.85)]);
  groundPath(ctx, line, height);
  ctx.fill();
  if (layer === 2) return;
  for (let bush = Math.round(width / (unit * 4)); bush > 0; bush -= 1) {
    const at = random.next() * width;
    const drop = random.between(1, 13) * unit;
    coral(
      stage,
      at,
      heightAt(line, at) + drop,
      unit * random.between(2, 5),
      mix(first, palette.deep, random.between(0, 0.5)),
    );
  }
}

function coral(stage: Stage, x: number, y: number, size: number, colour: Rgb): void {
  const { ctx, random, palette } = stage;
  ctx.lineCap = 'round';
  ctx.lineJoin = 'round';
  const fill = ctx.createLinearGradient(0, y - size * 1.2, 0, y);
  fill.addColorStop(0, css(mix(colour, palette.glow, 0.16)));
  fill.addColorStop(1, css(mix(colour, palette.ink, 0.45)));
  ctx.strokeStyle = fill;
  ctx.fillStyle = fill;
  const kind = random.next();
  if (kind < 0.42) {
    for (let arm = -2; arm <= 2; arm += 1)
      branch(stage, x, y, -Math.PI / 2 + arm * 0.3 + random.bell() * 0.1, size * 0.36, 4);
  } else if (kind < 0.66) {
    for (let tube = random.whole(3, 6); tube > 0; tube -= 1) {
      const wide = size * random.between(0.09, 0.16);
      const tall = size * random.between(0.45, 1.1);
      const left = x + random.bell() * size * 0.24 - wide / 2;
      ctx.beginPath();
      ctx.roundRect(left, y - tall, wide, tall + size * 0.3, wide / 2);
      ctx.fill();
    }
  } else if (kind < 0.84) {
    ctx.beginPath();
    ctx.ellipse(x, y, size * 0.55, size * random.between(0.4, 0.6), 0, Math.PI, 0);
    ctx.fill();
  } else {
    fan(stage, x, y, size);
  }
}

function branch(stage: Stage, x: number, y: number, angle: number, long: number, depth: number): void {
  const { ctx, random } = stage;
  const toX = x + Math.cos(angle) * long;
  const toY = y + Math.sin(angle) * long;
  ctx.lineWidth = long * 0.17 + depth * long * 0.05;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(toX, toY);
  ctx.stroke();
  if (depth <= 1) return;
  for (const side of [-1, 1]) {
    if (depth < 4 && random.chance(0.12)) continue;
    branch(stage, toX, toY, angle + side * random.between(0.2, 0.55), long * random.between(0.62, 0.8), depth - 1);
  }
}

function fan(stage: Stage, x: number, y: number, size: number): void {
  const { ctx, random } = stage;
  for (let rib = -13; rib <= 13; rib += 1) {
    const angle = -Math.PI / 2 + rib * 0.085;
    const long = size * (1.15 - Math.abs(rib) * 0.022) * random.between(0.86, 1.05);
    ctx.lineWidth = size * 0.022;
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.quadraticCurveTo(
      x + Math.cos(angle) * long * 0.5,
      y - long * 0.62,
      x + Math.cos(angle) * long,
      y + Math.sin(angle) * long,
    );
    ctx.stroke();
  }
}

function fishes(stage: Stage): void {
  const { ctx, unit, focal, palette, random } = stage;
  const heading = random.chance(0.5) ? 1 : -1;
  for (let i = 0; i < 26; i += 1) {
    const size = unit * random.between(0.9, 2);
    ctx.save();
    ctx.translate(focal.x + random.bell() * unit * 15, focal.y + random.bell() * unit * 7);
    ctx.rotate(random.between(-0.2, 0.2));
    ctx.scale(size * heading, size);
    ctx.fillStyle = css(mix(palette.accent, palette.glow, random.between(0, 0.5)), 0.95);
    ctx.beginPath();
    ctx.moveTo(1, 0);
    ctx.bezierCurveTo(0.5, -0.55, -0.25, -0.5, -0.6, -0.05);
    ctx.lineTo(-1.05, -0.38);
    ctx.lineTo(-0.95, 0.38);
    ctx.lineTo(-0.6, 0.05);
    ctx.bezierCurveTo(-0.25, 0.5, 0.5, 0.55, 1, 0);
    ctx.fill();
    ctx.fillStyle = css(palette.ink, 0.75);
    disc(ctx, 0.58, -0.1, 0.09);
    ctx.restore();
  }
}
