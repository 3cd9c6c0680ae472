import { css, mix, type Rgb } from '../colour.ts';
import { downwards, glow, vignette, wash } from '../light.ts';
import type { Point, Stage } from '../stage.ts';
import { stars } from '../stars.ts';
import { groundPath, ridgeLine } from '../terrain.ts';

/** A road at night that winds to the horizon, drawn by the lights that drove along it. */
export function nightRoad(stage: Stage): void {
  const { ctx, width, height, unit, focal, palette, random } = stage;
  const far = { x: focal.x, y: height * 0.47 };
  wash(stage, [
    [0, palette.ink],
    [0.3, palette.deep],
    [0.41, palette.mid],
    [0.47, mix(palette.haze, palette.glow, 0.3)],
    [1, palette.deep],
  ]);
  stars(stage, far.y * 0.8, 0.7);
  glow(stage, { ...far, radius: unit * 48, colour: palette.glow, strength: 0.6, squash: 0.55 });
  for (let layer = 0; layer < 2; layer += 1) {
    const line = ridgeLine(random, {
      width,
      base: far.y - unit * (2.5 - layer * 2.2),
      relief: unit * (9 - layer * 3),
      wavelength: unit * 42,
      octaves: 5,
      sharpness: 0.6,
    });
    ctx.fillStyle = css(mix(palette.mid, palette.ink, 0.35 + layer * 0.35));
    groundPath(ctx, line, far.y + unit * 3);
    ctx.fill();
  }
  ctx.fillStyle = downwards(ctx, far.y, height, [mix(palette.deep, palette.ink, 0.35), palette.ink]);
  ctx.fillRect(0, far.y + unit * 0.6, width, height - far.y);
  const road = roadway(stage, far);
  asphalt(stage, road);
  trails(stage, road);
  posts(stage, road);
  vignette(stage, 0.55);
}

/** Gives the middle of the road and its half width at a depth, 0 at the horizon and 1 at the lower border. */
type Roadway = (near: number) => Point & { readonly half: number };

function roadway({ width, height, unit, random }: Stage, far: Point): Roadway {
  const sway = unit * random.between(16, 26) * random.pick([1, -1]);
  const foot = width * random.between(0.42, 0.58);
  return (near) => ({
    x:
      far.x +
      (foot - far.x) * near ** 1.3 +
      Math.sin(near ** 0.55 * Math.PI * 2.05) * sway * near ** 0.6 * (1 - near * 0.8),
    y: far.y + unit * 0.7 + near ** 1.6 * (height * 1.03 - far.y),
    half: unit * (0.15 + near ** 1.6 * 27),
  });
}

function asphalt(stage: Stage, road: Roadway): void {
  const { ctx, palette } = stage;
  ctx.fillStyle = css(mix(palette.ink, palette.deep, 0.55));
  ctx.beginPath();
  for (let k = 0; k <= 60; k += 1) {
    const { x, y, half } = road(k / 60);
    ctx.lineTo(x - half, y);
  }
  for (let k = 60; k >= 0; k -= 1) {
    const { x, y, half } = road(k / 60);
    ctx.lineTo(x + half, y);
  }
  ctx.fill();
}

function trails(stage: Stage, road: Roadway): void {
  const { ctx, palette, random } = stage;
  ctx.save();
  ctx.globalCompositeOperation = 'screen';
  for (let i = 0; i < 30; i += 1) {
    const ours = i % 2 === 0;
    const lane = random.between(0.14, 0.86) * (ours ? 1 : -1);
    const colour = ours
      ? mix(palette.accent, palette.haze, random.next() * 0.3)
      : mix(palette.glow, palette.haze, random.next() * 0.4);
    const from = random.between(0, 0.35);
    const to = Math.min(1, from + random.between(0.4, 0.9));
    streak(stage, road, { lane, colour, from, to, wide: 0.035, alpha: 0.14 });
    streak(stage, road, { lane, colour, from, to, wide: 0.009, alpha: 0.85 });
  }
  ctx.restore();
}

interface Streak {
  readonly lane: number;
  readonly colour: Rgb;
  readonly from: number;
  readonly to: number;
  readonly wide: number;
  readonly alpha: number;
}

function streak({ ctx }: Stage, road: Roadway, { lane, colour, from, to, wide, alpha }: Streak): void {
  const steps = 44;
  const at = (k: number) => road(from + ((to - from) * k) / steps);
  const head = at(0).y;
  const fade = ctx.createLinearGradient(0, head, 0, at(steps).y + 1);
  fade.addColorStop(0, css(colour, alpha));
  fade.addColorStop(0.3, css(colour, alpha * 0.8));
  fade.addColorStop(1, css(colour, alpha * 0.3));
  ctx.fillStyle = fade;
  ctx.beginPath();
  for (let k = 0; k <= steps; k += 1) {
    const { x, y, half } = at(k);
    ctx.lineTo(x + half * (lane - wide), y);
  }
  for (let k = steps; k >= 0; k -= 1) {
    const { x, y, half } = at(k);
    ctx.lineTo(x + half * (lane + wide) + 0.6, y);
  }
  ctx.fill();
}

function posts(stage: Stage, road: Roadway): void {
  const { ctx, unit, palette } = stage;
  for (let k = 1; k < 15; k += 1) {
    const { x, y, half } = road((k / 15) ** 1.15);
    for (const side of [-1, 1]) {
      const at = x + side * half * 1.12;
      const tall = half * 0.22;
      ctx.fillStyle = css(palette.ink);
      ctx.fillRect(at - half * 0.012, y - tall, half * 0.024, tall);
      glow(stage, {
        x: at,
        y: y - tall,
        radius: Math.max(unit * 0.6, half * 0.12),
        colour: palette.accent,
        strength: 0.75,
      });
    }
  }
}
