import { disc } from '../brush.ts';
import { css, mix, type Rgb } from '../colour.ts';
import { glow, vignette, wash } from '../light.ts';
import type { Point, Stage } from '../stage.ts';

/** Brass wheels in mesh behind a dial: time, machines, how a thing works. */
export function clockwork(stage: Stage): void {
  const { width, height, unit, focal, palette, random } = stage;
  wash(stage, [
    [0, palette.ink],
    [0.45, mix(palette.deep, palette.mid, 0.3)],
    [1, palette.ink],
  ]);
  glow(stage, { ...focal, radius: unit * 65, colour: palette.mid, strength: 0.7 });
  for (let i = 0; i < 9; i += 1) {
    const at = { x: random.next() * width, y: random.next() * height };
    wheel(stage, at, unit * random.between(9, 22), mix(palette.deep, palette.ink, 0.25));
  }
  const main = unit * 17;
  const angle = random.between(-0.9, -0.3);
  const side = unit * 10;
  const reach = (main + side) * 0.985;
  const companions: readonly [number, number, Rgb][] = [
    [angle, side, mix(palette.haze, palette.mid, 0.45)],
    [angle + 2.3, unit * 12.5, mix(palette.accent, palette.deep, 0.4)],
    [angle + 4.2, unit * 7.5, mix(palette.haze, palette.deep, 0.4)],
  ];
  for (const [turn, radius, colour] of companions) {
    const out = radius === side ? reach : (main + radius) * 0.985;
    wheel(stage, { x: focal.x + Math.cos(turn) * out, y: focal.y + Math.sin(turn) * out }, radius, colour);
  }
  wheel(stage, focal, main, mix(palette.haze, palette.mid, 0.25));
  dial(stage, focal, main * 0.72);
  vignette(stage, 0.65);
}

function wheel(stage: Stage, { x, y }: Point, radius: number, colour: Rgb): void {
  const { ctx, unit, palette, random } = stage;
  const teeth = Math.round((radius / unit) * 2.3);
  const tooth = unit * 1.25;
  ctx.save();
  ctx.translate(x, y);
  ctx.rotate(random.between(0, 1));
  ctx.shadowColor = css(palette.ink, 0.75);
  ctx.shadowBlur = unit * 2;
  ctx.shadowOffsetY = unit * 0.6;
  const metal = ctx.createLinearGradient(-radius, -radius, radius, radius);
  metal.addColorStop(0, css(mix(colour, palette.glow, 0.38)));
  metal.addColorStop(0.45, css(colour));
  metal.addColorStop(1, css(mix(colour, palette.ink, 0.6)));
  ctx.fillStyle = metal;
  ctx.beginPath();
  for (let i = 0; i < teeth; i += 1) {
    const from = (i / teeth) * Math.PI * 2;
    const pitch = (Math.PI * 2) / teeth;
    ctx.arc(0, 0, radius - tooth, from, from + pitch * 0.42);
    ctx.arc(0, 0, radius, from + pitch * 0.56, from + pitch * 0.86);
  }
  ctx.closePath();
  const inner = radius * 0.66;
  const hub = radius * 0.24;
  const spokes = radius > unit * 11 ? 6 : 5;
  for (let i = 0; i < spokes; i += 1) {
    const from = (i / spokes) * Math.PI * 2 + 0.16;
    const to = ((i + 1) / spokes) * Math.PI * 2 - 0.16;
    ctx.moveTo(Math.cos(from) * inner, Math.sin(from) * inner);
    ctx.arc(0, 0, inner, from, to);
    ctx.arc(0, 0, hub, to - 0.22, from + 0.22, true);
    ctx.closePath();
  }
  ctx.fill('evenodd');
  ctx.restore();
  ctx.strokeStyle = css(mix(colour, palette.glow, 0.5), 0.5);
  ctx.lineWidth = unit * 0.13;
  for (const ring of [0.7, 0.86]) {
    ctx.beginPath();
    ctx.arc(x, y, radius * ring, 0, Math.PI * 2);
    ctx.stroke();
  }
  ctx.fillStyle = css(mix(colour, palette.ink, 0.55));
  disc(ctx, x, y, radius * 0.09);
}

function dial(stage: Stage, { x, y }: Point, radius: number): void {
  const { ctx, unit, palette, random } = stage;
  ctx.save();
  ctx.translate(x, y);
  ctx.strokeStyle = css(palette.glow, 0.9);
  for (let mark = 0; mark < 60; mark += 1) {
    const hour = mark % 5 === 0;
    const angle = (mark / 60) * Math.PI * 2;
    const from = radius * (hour ? 0.84 : 0.92);
    ctx.lineWidth = unit * (hour ? 0.42 : 0.14);
    ctx.beginPath();
    ctx.moveTo(Math.cos(angle) * from, Math.sin(angle) * from);
    ctx.lineTo(Math.cos(angle) * radius, Math.sin(angle) * radius);
    ctx.stroke();
  }
  const hour = random.between(0, Math.PI * 2);
  const hands: readonly [number, number, number, Rgb][] = [
    [hour, 0.5, 0.75, palette.glow],
    [hour * 12, 0.78, 0.5, palette.glow],
    [random.between(0, 6), 0.86, 0.18, palette.accent],
  ];
  ctx.lineCap = 'round';
  ctx.shadowColor = css(palette.ink, 0.8);
  ctx.shadowBlur = unit;
  for (const [angle, long, wide, colour] of hands) {
    ctx.strokeStyle = css(colour);
    ctx.lineWidth = unit * wide;
    ctx.beginPath();
    ctx.moveTo(-Math.cos(angle) * radius * 0.13, -Math.sin(angle) * radius * 0.13);
    ctx.lineTo(Math.cos(angle) * radius * long, Math.sin(angle) * radius * long);
    ctx.stroke();
  }
  ctx.fillStyle = css(palette.accent);
  disc(ctx, 0, 0, unit * 0.8);
  ctx.restore();
}
