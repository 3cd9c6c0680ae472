import { disc } from '../brush.ts';
import { css, mix } from '../colour.ts';
import { glow, vignette, wash } from '../light.ts';
import { valueNoise } from '../noise.ts';
import type { Stage } from '../stage.ts';

/** Wax cells, some filled with glowing honey, and bees at work. */
export function honeycomb(stage: Stage): void {
  const { width, height, unit, focal, palette, random } = stage;
  wash(stage, [
    [0, palette.ink],
    [0.42, mix(palette.deep, palette.mid, 0.6)],
    [1, palette.ink],
  ]);
  glow(stage, { ...focal, radius: unit * 60, colour: palette.haze, strength: 0.6 });
  const noise = valueNoise(random);
  const side = unit * 4.6;
  const across = side * Math.sqrt(3);
  const reach = Math.hypot(width, height) * 0.5;
  for (let row = -1; row * side * 1.5 < height + side * 2; row += 1) {
    for (let column = -1; column * across < width + across; column += 1) {
      const x = column * across + (row % 2 === 0 ? 0 : across / 2);
      const y = row * side * 1.5;
      const light = Math.exp(-((Math.hypot(x - focal.x, y - focal.y) / reach) ** 2) * 3.6);
      const patch = noise(x / (unit * 17), y / (unit * 17));
      if (patch < 0.24) continue;
      cell(stage, x, y, side * 0.93, light, patch);
    }
  }
  for (let i = 0; i < 7; i += 1) bee(stage, focal.x + random.bell() * unit * 15, focal.y + random.bell() * unit * 13);
  vignette(stage, 0.65);
}

function hexagon({ ctx }: Stage, x: number, y: number, side: number): void {
  ctx.beginPath();
  for (let corner = 0; corner < 6; corner += 1) {
    const angle = ((corner + 0.5) * Math.PI) / 3;
    ctx.lineTo(x + Math.cos(angle) * side, y + Math.sin(angle) * side);
  }
  ctx.closePath();
}

function cell(stage: Stage, x: number, y: number, side: number, light: number, patch: number): void {
  const { ctx, unit, palette, random } = stage;
  const honey = patch > 0.5 && random.chance(0.75);
  const capped = !honey && patch > 0.62;
  const depth = ctx.createLinearGradient(x, y - side, x, y + side);
  if (honey) {
    depth.addColorStop(0, css(mix(palette.mid, palette.ink, 0.75 - light * 0.5)));
    depth.addColorStop(0.55, css(mix(palette.haze, palette.ink, 0.75 - light * 0.72)));
    depth.addColorStop(1, css(mix(mix(palette.haze, palette.glow, 0.6), palette.ink, 0.72 - light * 0.7)));
  } else if (capped) {
    depth.addColorStop(0, css(mix(mix(palette.haze, palette.mid, 0.5), palette.ink, 0.7 - light * 0.55)));
    depth.addColorStop(1, css(mix(palette.mid, palette.ink, 0.75 - light * 0.5)));
  } else {
    depth.addColorStop(0, css(palette.ink, 0.9));
    depth.addColorStop(1, css(mix(palette.deep, palette.mid, light), 0.9));
  }
  ctx.fillStyle = depth;
  hexagon(stage, x, y, side);
  ctx.fill();
  ctx.strokeStyle = css(mix(mix(palette.haze, palette.glow, 0.35), palette.ink, 0.72 - light * 0.7), 0.95);
  ctx.lineWidth = unit * 0.5;
  ctx.stroke();
  if (!honey) return;
  ctx.fillStyle = css(mix(palette.glow, [255, 255, 255], 0.4), 0.15 + light * 0.55);
  ctx.beginPath();
  ctx.ellipse(x - side * 0.3, y - side * 0.42, side * 0.2, side * 0.1, -0.5, 0, Math.PI * 2);
  ctx.fill();
}

function bee(stage: Stage, x: number, y: number): void {
  const { ctx, unit, palette, random } = stage;
  const s = unit * random.between(1.5, 2.2);
  ctx.save();
  ctx.translate(x, y);
  ctx.rotate(random.between(-0.6, 0.6) + (random.chance(0.5) ? 0 : Math.PI));
  ctx.shadowColor = css(palette.ink, 0.8);
  ctx.shadowBlur = unit * 1.2;
  ctx.shadowOffsetY = unit * 0.5;
  ctx.fillStyle = css(mix(palette.glow, palette.haze, 0.35));
  ctx.beginPath();
  ctx.ellipse(0, 0, s * 1.05, s * 0.62, 0, 0, Math.PI * 2);
  ctx.fill();
  ctx.shadowColor = 'transparent';
  ctx.save();
  ctx.clip();
  ctx.fillStyle = css(palette.ink);
  for (const at of [-0.75, -0.28, 0.2]) ctx.fillRect(s * at, -s, s * 0.24, s * 2);
  ctx.restore();
  ctx.fillStyle = css(palette.ink);
  disc(ctx, s * 0.98, 0, s * 0.4);
  ctx.fillStyle = css([255, 255, 255], 0.5);
  for (const side of [-1, 1]) {
    ctx.beginPath();
    ctx.ellipse(-s * 0.05, side * s * 0.75, s * 0.36, s * 0.85, side * -0.45, 0, Math.PI * 2);
    ctx.fill();
  }
  ctx.restore();
}
