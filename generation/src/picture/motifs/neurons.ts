import { disc } from '../brush.ts';
import { css, mix, type Rgb } from '../colour.ts';
import { shadeField } from '../field.ts';
import { glow, vignette } from '../light.ts';
import { fractal, valueNoise } from '../noise.ts';
import { ramp } from '../ramp.ts';
import type { Point, Stage } from '../stage.ts';

/** Nerve cells with their branching arms, a signal running along some of them. */
export function neurons(stage: Stage): void {
  const { width, height, unit, focal, palette, random } = stage;
  tissue(stage);
  const far = mix(palette.mid, palette.haze, 0.25);
  for (let i = 0; i < 5; i += 1) {
    neuron(stage, { x: random.next() * width, y: random.next() * height }, unit * random.between(1.3, 2.2), far, 0.4);
  }
  const others: readonly Point[] = [
    { x: width * random.between(-0.02, 0.2), y: height * random.between(0.1, 0.3) },
    { x: width * random.between(0.8, 1.02), y: height * random.between(0.62, 0.85) },
  ];
  for (const at of others) neuron(stage, at, unit * 2.6, palette.haze, 0.75);
  neuron(stage, focal, unit * 4, mix(palette.haze, palette.glow, 0.3), 1);
  sparks(stage);
  vignette(stage, 0.65);
}

function tissue(stage: Stage): void {
  const { unit, focal, palette, random } = stage;
  const noise = fractal(valueNoise(random), 3);
  const colours = ramp([
    [0, palette.ink],
    [0.5, palette.deep],
    [1, mix(palette.mid, palette.accent, 0.2)],
  ]);
  shadeField(stage, 8, (x, y, cell) => {
    const away = Math.hypot(x - focal.x, y - focal.y) / (unit * 60);
    colours(0.08 + Math.exp(-away * away) * 0.62 + (noise(x / (unit * 24), y / (unit * 24)) - 0.5) * 0.5, cell);
  });
}

function neuron(stage: Stage, at: Point, size: number, colour: Rgb, strength: number): void {
  const { ctx, palette, random } = stage;
  const arms = random.whole(6, 8);
  const turn = random.between(0, 6);
  ctx.lineCap = 'round';
  glow(stage, { ...at, radius: size * 7, colour, strength: 0.45 * strength });
  for (let arm = 0; arm < arms; arm += 1) {
    const angle = turn + (arm / arms) * Math.PI * 2 + random.bell() * 0.2;
    dendrite(stage, at, angle, size * random.between(5, 8), size * 0.75, colour, strength, 0);
  }
  const body = ctx.createRadialGradient(at.x - size * 0.3, at.y - size * 0.3, 0, at.x, at.y, size * 1.5);
  body.addColorStop(0, css(mix(colour, [255, 255, 255], 0.45), strength));
  body.addColorStop(0.65, css(colour, strength));
  body.addColorStop(1, css(colour, 0));
  ctx.fillStyle = body;
  disc(ctx, at.x, at.y, size * 1.5);
  ctx.fillStyle = css(mix(palette.accent, palette.glow, 0.3), strength);
  disc(ctx, at.x, at.y, size * 0.42);
}

/** An arm that tapers, winds and forks; deep forks end in a small knob. */
function dendrite(
  stage: Stage,
  from: Point,
  angle: number,
  long: number,
  wide: number,
  colour: Rgb,
  strength: number,
  depth: number,
): void {
  const { ctx, unit, palette, random } = stage;
  const steps = 7 - depth;
  let at = from;
  let heading = angle;
  ctx.strokeStyle = css(mix(colour, palette.mid, depth * 0.14), strength * (0.95 - depth * 0.13));
  for (let step = 0; step < steps; step += 1) {
    heading += random.bell() * 0.13;
    const to = { x: at.x + (Math.cos(heading) * long) / steps, y: at.y + (Math.sin(heading) * long) / steps };
    ctx.lineWidth = Math.max(unit * 0.09, wide * (1 - (step / steps) * 0.55));
    ctx.beginPath();
    ctx.moveTo(at.x, at.y);
    ctx.lineTo(to.x, to.y);
    ctx.stroke();
    at = to;
  }
  if (depth >= 4) {
    ctx.fillStyle = css(mix(colour, palette.glow, 0.5), strength);
    disc(ctx, at.x, at.y, unit * 0.2);
    return;
  }
  if (random.chance(0.12) && strength > 0.5) {
    glow(stage, { ...at, radius: unit * 2.6, colour: palette.accent, strength: 0.9 });
  }
  for (const side of [-1, 1]) {
    if (depth > 1 && random.chance(0.3)) continue;
    const turn = heading + side * random.between(0.25, 0.65);
    dendrite(stage, at, turn, long * random.between(0.6, 0.82), wide * 0.45, colour, strength, depth + 1);
  }
}

function sparks(stage: Stage): void {
  const { width, height, unit, palette, random } = stage;
  for (let i = 0; i < 40; i += 1) {
    glow(stage, {
      x: random.next() * width,
      y: random.next() * height,
      radius: unit * (0.3 + 2.4 * random.next() ** 4),
      colour: random.chance(0.4) ? palette.accent : palette.glow,
      strength: 0.5,
    });
  }
}
