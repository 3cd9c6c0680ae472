import { css, mix } from '../colour.ts';
import { shadeField } from '../field.ts';
import { blurredLamp, vignette } from '../light.ts';
import { fractal, valueNoise } from '../noise.ts';
import { dimScale } from '../ramp.ts';
import type { Stage } from '../stage.ts';

/** Raindrops on a window, the lamps of a street out of focus behind it. */
export function rainGlass(stage: Stage): void {
  street(stage);
  lamps(stage);
  trails(stage);
  drops(stage);
  vignette(stage, 0.6);
}

function street(stage: Stage): void {
  const { height, unit, focal, palette, random } = stage;
  const noise = fractal(valueNoise(random), 3);
  const colours = dimScale(palette);
  shadeField(stage, 8, (x, y, cell) => {
    const level = Math.exp(-(((y - focal.y * 1.1) / (height * 0.3)) ** 2));
    colours(0.1 + level * 0.42 + (noise(x / (unit * 22), y / (unit * 34)) - 0.5) * 0.5, cell);
  });
}

function lamps(stage: Stage): void {
  const { ctx, width, height, unit, focal, palette, random } = stage;
  ctx.save();
  ctx.globalCompositeOperation = 'screen';
  for (let i = 0; i < 44; i += 1) {
    const x = random.next() * width;
    const y = focal.y * 1.05 + random.bell() * height * 0.13;
    const radius = unit * random.between(2.2, 6.2);
    const colour = random.chance(0.4) ? palette.accent : mix(palette.haze, palette.glow, random.next());
    const alpha = random.between(0.1, 0.42);
    blurredLamp(stage, { x, y }, radius, colour, alpha);
  }
  ctx.restore();
}

function trails(stage: Stage): void {
  const { ctx, width, height, unit, palette, random } = stage;
  for (let i = Math.round(width / (unit * 5)); i > 0; i -= 1) {
    let x = random.next() * width;
    let y = -unit * random.between(0, 20);
    const end = height * random.between(0.15, 0.95);
    const wide = unit * random.between(0.5, 1);
    ctx.strokeStyle = css(palette.ink, 0.22);
    ctx.lineCap = 'round';
    ctx.lineWidth = wide;
    ctx.beginPath();
    ctx.moveTo(x, y);
    while (y < end) {
      x += random.bell() * unit * 0.35;
      y += unit * random.between(2, 5);
      ctx.lineTo(x, y);
    }
    ctx.stroke();
    ctx.strokeStyle = css(palette.glow, 0.07);
    ctx.lineWidth = wide * 0.3;
    ctx.stroke();
    drop(stage, x, y, wide * 1.35);
  }
}

function drops(stage: Stage): void {
  const { width, height, unit, random } = stage;
  const count = Math.round(((width * height) / (unit * unit)) * 0.055);
  for (let i = 0; i < count; i += 1) {
    drop(stage, random.next() * width, random.next() * height, unit * (0.18 + 1.05 * random.next() ** 5));
  }
}

/** A drop shows the street upside down: dark above, light below, with one hard highlight. */
function drop(stage: Stage, x: number, y: number, size: number): void {
  const { ctx, palette, random } = stage;
  const tall = size * random.between(1, 1.35);
  const fill = ctx.createLinearGradient(x, y - tall, x, y + tall);
  fill.addColorStop(0, css(palette.ink, 0.75));
  fill.addColorStop(0.45, css(mix(palette.deep, palette.mid, 0.6), 0.55));
  fill.addColorStop(1, css(mix(palette.haze, palette.glow, 0.35), 0.8));
  ctx.fillStyle = fill;
  ctx.beginPath();
  ctx.ellipse(x, y, size, tall, 0, 0, Math.PI * 2);
  ctx.fill();
  if (size < stage.unit * 0.35) return;
  ctx.fillStyle = css(mix(palette.glow, [255, 255, 255], 0.6), 0.85);
  ctx.beginPath();
  ctx.ellipse(x - size * 0.32, y - tall * 0.42, size * 0.17, size * 0.12, -0.5, 0, Math.PI * 2);
  ctx.fill();
}
