import { disc } from '../brush.ts';
import { css, mix } from '../colour.ts';
import { glow, vignette, wash } from '../light.ts';
import { fractal, valueNoise } from '../noise.ts';
import type { Point, Stage } from '../stage.ts';
import { stars } from '../stars.ts';

/** A globe of points with routes flying over it: the world and what connects it. The continents are invented. */
export function globe(stage: Stage): void {
  const { ctx, height, width, unit, focal, palette } = stage;
  wash(stage, [
    [0, palette.ink],
    [0.5, mix(palette.deep, palette.ink, 0.25)],
    [1, palette.ink],
  ]);
  stars(stage, height, 0.6);
  const radius = Math.min(unit * 31, width * 0.42);
  glow(stage, { ...focal, radius: radius * 1.75, colour: palette.mid, strength: 0.8 });
  const ball = ctx.createRadialGradient(focal.x - radius * 0.4, focal.y - radius * 0.45, 0, focal.x, focal.y, radius);
  ball.addColorStop(0, css(mix(palette.mid, palette.haze, 0.25)));
  ball.addColorStop(0.6, css(mix(palette.deep, palette.mid, 0.35)));
  ball.addColorStop(1, css(palette.ink));
  ctx.fillStyle = ball;
  disc(ctx, focal.x, focal.y, radius);
  land(stage, radius);
  rim(stage, radius);
  routes(stage, radius);
  vignette(stage, 0.55);
}

/** Places points evenly (a Fibonacci spiral) and keeps those the noise calls land. */
function land(stage: Stage, radius: number): void {
  const { ctx, focal, palette, random } = stage;
  const noise = fractal(valueNoise(random), 4);
  const turn = random.between(0, 6);
  const count = 7600;
  for (let i = 0; i < count; i += 1) {
    const latitude = 1 - (2 * (i + 0.5)) / count;
    const angle = i * 2.399963 + turn;
    const ring = Math.sqrt(1 - latitude * latitude);
    const x = Math.cos(angle) * ring;
    const z = Math.sin(angle) * ring;
    if (z < 0.02) continue;
    const solid = noise(x * 1.25 + z * 0.9 + 5, latitude * 1.5 + z * 0.6 + 5) > 0.51;
    const light = Math.max(0, -x * 0.45 + latitude * 0.5 + z * 0.55);
    const colour = solid
      ? mix(palette.haze, palette.glow, 0.1 + light * 0.7)
      : mix(palette.mid, palette.haze, light * 0.3);
    ctx.fillStyle = css(colour, (solid ? 0.45 + 0.55 * light : 0.16) * Math.min(1, z * 3));
    ctx.beginPath();
    ctx.arc(
      focal.x + x * radius,
      focal.y - latitude * radius,
      radius * (solid ? 0.0125 : 0.005) * (0.45 + z * 0.55),
      0,
      7,
    );
    ctx.fill();
  }
}

function rim({ ctx, unit, focal, palette }: Stage, radius: number): void {
  const edge = ctx.createLinearGradient(focal.x - radius, focal.y - radius, focal.x + radius, focal.y + radius);
  edge.addColorStop(0, css(palette.glow, 0.9));
  edge.addColorStop(0.5, css(palette.haze, 0.35));
  edge.addColorStop(1, css(palette.haze, 0.05));
  ctx.strokeStyle = edge;
  ctx.lineWidth = unit * 0.28;
  ctx.beginPath();
  ctx.arc(focal.x, focal.y, radius, 0, Math.PI * 2);
  ctx.stroke();
}

function routes(stage: Stage, radius: number): void {
  const { ctx, unit, focal, palette, random } = stage;
  const ports: Point[] = Array.from({ length: 11 }, () => {
    const angle = random.between(0, Math.PI * 2);
    const away = Math.sqrt(random.next()) * radius * 0.86;
    return { x: focal.x + Math.cos(angle) * away, y: focal.y + Math.sin(angle) * away };
  });
  ctx.lineCap = 'round';
  ports.forEach((from, index) => {
    const to = ports[(index + 1) % ports.length];
    if (!to || index % 4 === 3) return;
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const out = Math.hypot(middle.x - focal.x, middle.y - focal.y) + 1;
    const lift = Math.hypot(from.x - to.x, from.y - to.y) * 0.42;
    const top = {
      x: middle.x + ((middle.x - focal.x) / out) * lift,
      y: middle.y + ((middle.y - focal.y) / out) * lift - unit * 2,
    };
    const way = ctx.createLinearGradient(from.x, from.y, to.x, to.y);
    way.addColorStop(0, css(palette.accent, 0.25));
    way.addColorStop(0.5, css(mix(palette.accent, palette.glow, 0.4), 0.95));
    way.addColorStop(1, css(palette.accent, 0.25));
    ctx.strokeStyle = way;
    ctx.lineWidth = unit * 0.22;
    ctx.beginPath();
    ctx.moveTo(from.x, from.y);
    ctx.quadraticCurveTo(top.x, top.y, to.x, to.y);
    ctx.stroke();
  });
  for (const port of ports) {
    glow(stage, { ...port, radius: unit * 2.8, colour: palette.accent, strength: 0.8 });
    ctx.fillStyle = css(mix(palette.glow, [255, 255, 255], 0.5));
    disc(ctx, port.x, port.y, unit * 0.42);
  }
}
