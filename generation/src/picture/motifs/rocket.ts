import { disc } from '../brush.ts';
import { cloud } from '../clouds.ts';
import { css, mix } from '../colour.ts';
import { glow, vignette, wash } from '../light.ts';
import type { Stage } from '../stage.ts';
import { stars } from '../stars.ts';

/** A rocket leaving its cloud behind. */
export function rocket(stage: Stage): void {
  const { ctx, width, height, unit, focal, palette, random } = stage;
  wash(stage, [
    [0, palette.ink],
    [0.35, palette.deep],
    [0.65, palette.mid],
    [0.85, mix(palette.mid, palette.haze, 0.6)],
    [1, palette.deep],
  ]);
  stars(stage, height * 0.62, 1.3);
  const size = unit * 5.6;
  const lean = random.between(0.06, 0.2) * (focal.x > width / 2 ? 1 : random.pick([1, -1]));
  const nozzle = { x: focal.x, y: focal.y + size * 1.6 };
  plume(stage, nozzle, size, lean);
  smoke(stage, nozzle, lean);
  ctx.save();
  ctx.translate(focal.x, focal.y);
  ctx.rotate(lean);
  ship(stage, size);
  ctx.restore();
  vignette(stage, 0.5);
}

function plume(stage: Stage, from: { x: number; y: number }, size: number, lean: number): void {
  const { ctx, height, unit, palette } = stage;
  glow(stage, { ...from, radius: unit * 34, colour: palette.haze, strength: 0.7 });
  const long = height - from.y;
  const drift = -Math.tan(lean) * long;
  for (const [wide, alpha, colour] of [
    [1.7, 0.28, palette.haze],
    [0.95, 0.5, palette.accent],
    [0.45, 0.9, palette.glow],
  ] as const) {
    const fade = ctx.createLinearGradient(0, from.y, 0, from.y + long * 0.8);
    fade.addColorStop(0, css(colour, alpha));
    fade.addColorStop(0.25, css(colour, alpha * 0.6));
    fade.addColorStop(1, css(colour, 0));
    ctx.fillStyle = fade;
    ctx.beginPath();
    ctx.moveTo(from.x - size * 0.34, from.y);
    ctx.quadraticCurveTo(
      from.x - size * wide + drift * 0.3,
      from.y + long * 0.35,
      from.x - size * wide * 1.5 + drift,
      from.y + long,
    );
    ctx.lineTo(from.x + size * wide * 1.5 + drift, from.y + long);
    ctx.quadraticCurveTo(from.x + size * wide + drift * 0.3, from.y + long * 0.35, from.x + size * 0.34, from.y);
    ctx.fill();
  }
}

function smoke(stage: Stage, from: { x: number; y: number }, lean: number): void {
  const { width, height, unit, palette, random } = stage;
  const puffs = 34;
  for (let i = 0; i < puffs; i += 1) {
    const t = i / (puffs - 1);
    const y = from.y + (height - from.y) * (0.48 + t * 0.58);
    const spread = unit * (3 + t ** 1.6 * 46);
    const near = Math.exp(-t * 2.2);
    cloud(stage, {
      x: from.x - Math.tan(lean) * (y - from.y) + random.bell() * Math.min(spread, width * 0.5) * 0.45,
      y,
      wide: unit * (9 + t * 21) * random.between(0.8, 1.25),
      light: mix(mix(palette.haze, palette.glow, 0.5 * near), palette.deep, t * 0.6),
      shade: mix(mix(palette.mid, palette.haze, near * 0.5), palette.ink, t * 0.65),
      alpha: 0.82,
    });
  }
}

/** The ship stands upright around (0, 0), nose up. */
function ship({ ctx, palette }: Stage, s: number): void {
  const side = (x: number) => {
    ctx.beginPath();
    ctx.moveTo(x * 0.5 * s, 0.55 * s);
    ctx.quadraticCurveTo(x * 1.25 * s, 0.9 * s, x * 1.15 * s, 1.95 * s);
    ctx.quadraticCurveTo(x * 0.8 * s, 1.5 * s, x * 0.4 * s, 1.4 * s);
    ctx.fill();
  };
  ctx.fillStyle = css(mix(palette.accent, palette.ink, 0.1));
  side(-1);
  ctx.fillStyle = css(mix(palette.accent, palette.ink, 0.5));
  side(1);
  ctx.fillStyle = css(mix(palette.ink, palette.deep, 0.5));
  ctx.fillRect(-0.36 * s, 1.3 * s, 0.72 * s, 0.36 * s);
  const hull = ctx.createLinearGradient(-0.75 * s, 0, 0.75 * s, 0);
  hull.addColorStop(0, css(mix(palette.glow, [255, 255, 255], 0.5)));
  hull.addColorStop(0.45, css(mix(palette.glow, palette.haze, 0.15)));
  hull.addColorStop(1, css(mix(palette.mid, palette.deep, 0.5)));
  ctx.fillStyle = hull;
  ctx.beginPath();
  ctx.moveTo(0, -2.3 * s);
  ctx.bezierCurveTo(0.85 * s, -1.45 * s, 0.9 * s, 0.3 * s, 0.5 * s, 1.45 * s);
  ctx.lineTo(-0.5 * s, 1.45 * s);
  ctx.bezierCurveTo(-0.9 * s, 0.3 * s, -0.85 * s, -1.45 * s, 0, -2.3 * s);
  ctx.fill();
  ctx.save();
  ctx.clip();
  ctx.fillStyle = css(palette.accent);
  ctx.fillRect(-s, -2.4 * s, s * 2, 1.05 * s);
  ctx.fillRect(-s, 1.06 * s, s * 2, 0.2 * s);
  const shadow = ctx.createLinearGradient(-0.2 * s, 0, 0.8 * s, 0);
  shadow.addColorStop(0, css(palette.ink, 0));
  shadow.addColorStop(1, css(palette.ink, 0.6));
  ctx.fillStyle = shadow;
  ctx.fillRect(-s, -2.4 * s, s * 2, 4 * s);
  ctx.restore();
  ctx.fillStyle = css(mix(palette.mid, palette.deep, 0.4));
  disc(ctx, 0, -0.5 * s, 0.36 * s);
  const pane = ctx.createLinearGradient(-0.25 * s, -0.75 * s, 0.25 * s, -0.25 * s);
  pane.addColorStop(0, css(palette.glow));
  pane.addColorStop(1, css(palette.haze));
  ctx.fillStyle = pane;
  disc(ctx, 0, -0.5 * s, 0.26 * s);
}
