import { trace } from '../brush.ts';
import { css, mix } from '../colour.ts';
import { shadeField } from '../field.ts';
import { downwards, glow, vignette } from '../light.ts';
import { fractal, smoothstep, valueNoise } from '../noise.ts';
import { fullScale } from '../ramp.ts';
import type { Point, Stage } from '../stage.ts';
import { groundPath, ridgeLine } from '../terrain.ts';

/** A thunderstorm over open country: lightning, lit cloud, rain in curtains. */
export function storm(stage: Stage): void {
  const { focal, unit, horizon, palette, random, ctx, width, height } = stage;
  const strike = { x: focal.x, y: focal.y - unit * 17 };
  clouds(stage, strike);
  const bolts = bolt(stage, strike, horizon + unit * 7);
  for (const [wide, alpha] of [
    [3.2, 0.1],
    [1.3, 0.28],
    [0.42, 1],
  ] as const) {
    strokeBolt(stage, bolts, wide, alpha);
  }
  glow(stage, { x: strike.x, y: strike.y, radius: unit * 40, colour: palette.haze, strength: 0.5 });
  rain(stage);
  const line = ridgeLine(random, {
    width,
    base: horizon + unit * 3,
    relief: unit * 6,
    wavelength: unit * 45,
    octaves: 4,
  });
  ctx.fillStyle = downwards(ctx, horizon, height, [mix(palette.deep, palette.ink, 0.6), palette.ink]);
  groundPath(ctx, line, height);
  ctx.fill();
  glow(stage, {
    x: strike.x,
    y: horizon + unit * 4,
    radius: unit * 26,
    colour: palette.glow,
    strength: 0.3,
    squash: 0.25,
  });
  vignette(stage, 0.6);
}

function clouds(stage: Stage, strike: Point): void {
  const { height, unit, horizon, palette, random } = stage;
  const noise = fractal(valueNoise(random), 5);
  const colours = fullScale(palette);
  shadeField(stage, 6, (x, y, cell) => {
    const down = y / horizon;
    const stretch = 0.55 + Math.min(1, down) * 0.5;
    const body = noise(x / (unit * 27), (y * stretch) / (unit * 13));
    const above = noise((x - unit * 1.5) / (unit * 27), ((y - unit * 2) * stretch) / (unit * 13));
    const relief = (body - above) * 1.6;
    const away = Math.hypot(x - strike.x, (y - strike.y) * 1.25) / (unit * 40);
    const lit = Math.exp(-away * away * 1.3);
    const clear = smoothstep(0.72, 1.05, down) * 0.3;
    const ground = y > horizon ? -((y - horizon) / (height - horizon)) * 0.6 : 0;
    colours(0.12 + body * 0.26 + relief * (0.35 + lit * 1.1) + lit * (0.2 + body * 0.35) + clear + ground, cell);
  });
}

type Bolt = readonly { readonly points: readonly Point[]; readonly wide: number }[];

/** A path broken at random, as a spark finds its way, with branches that die early. */
function bolt({ unit, random }: Stage, from: Point, ground: number): Bolt {
  const arms: { points: Point[]; wide: number }[] = [];
  const grow = (start: Point, angle: number, end: number, wide: number, depth: number) => {
    const points = [start];
    let at = start;
    let heading = angle;
    while (at.y < end && points.length < 60) {
      heading = heading * 0.82 + angle * 0.18 + random.bell() * 0.42;
      const step = unit * random.between(0.7, 2.1);
      at = { x: at.x + Math.sin(heading) * step, y: at.y + Math.abs(Math.cos(heading)) * step };
      points.push(at);
      if (depth < 3 && random.chance(0.17)) {
        const side = random.chance(0.5) ? 1 : -1;
        const reach = at.y + (ground - at.y) * random.between(0.2, 0.6);
        grow(at, angle + side * random.between(0.5, 1), reach, wide * 0.5, depth + 1);
      }
    }
    arms.push({ points, wide });
  };
  grow(from, random.between(-0.2, 0.2), ground, 1, 0);
  return arms;
}

function strokeBolt(stage: Stage, bolts: Bolt, wide: number, alpha: number): void {
  const { ctx, unit, palette } = stage;
  ctx.save();
  ctx.globalCompositeOperation = 'screen';
  ctx.lineJoin = 'round';
  ctx.lineCap = 'round';
  for (const arm of bolts) {
    const core = wide < 1;
    ctx.strokeStyle = css(
      core ? mix(palette.glow, [255, 255, 255], 0.75) : palette.haze,
      alpha * (0.35 + arm.wide * 0.65),
    );
    ctx.lineWidth = unit * wide * (0.25 + arm.wide * 0.75);
    trace(ctx, arm.points);
    ctx.stroke();
  }
  ctx.restore();
}

function rain({ ctx, width, height, unit, palette, random }: Stage): void {
  const slant = random.between(-0.22, 0.22);
  ctx.lineCap = 'round';
  for (let i = 0; i < 420; i += 1) {
    const near = random.next() ** 3;
    const x = random.between(-0.1, 1.1) * width;
    const y = random.next() * height;
    const long = unit * (1.2 + near * 5);
    ctx.strokeStyle = css(palette.glow, 0.05 + 0.13 * random.next());
    ctx.lineWidth = unit * (0.05 + near * 0.14);
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x + slant * long, y + long);
    ctx.stroke();
  }
}
