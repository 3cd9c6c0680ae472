import { css, mix } from '../colour.ts';
import { shadeField } from '../field.ts';
import { glow, vignette } from '../light.ts';
import { fractal, valueNoise } from '../noise.ts';
import { darkScale } from '../ramp.ts';
import type { Stage } from '../stage.ts';

/** Jellyfish adrift in dark water, lit from within. */
export function jellyfish(stage: Stage): void {
  const { width, height, unit, focal, random } = stage;
  water(stage);
  for (let i = 0; i < 5; i += 1) {
    jelly(stage, random.next() * width, height * random.between(0.08, 0.62), unit * random.between(1.8, 4), 0.4);
  }
  const side = focal.x > width / 2 ? -1 : 1;
  jelly(stage, focal.x + side * unit * random.between(15, 22), focal.y + unit * 9, unit * 6, 0.7);
  jelly(stage, focal.x, focal.y - unit * 7, unit * 11, 1);
  plankton(stage);
  vignette(stage, 0.55);
}

function water(stage: Stage): void {
  const { height, unit, focal, palette, random } = stage;
  const noise = fractal(valueNoise(random), 3);
  const colours = darkScale(palette);
  shadeField(stage, 8, (x, y, cell) => {
    const away = Math.hypot(x - focal.x, (y - focal.y) * 0.8) / (unit * 60);
    const top = (1 - y / height) ** 2 * 0.3;
    colours(
      0.1 + top + Math.exp(-away * away * 1.6) * 0.4 + (noise(x / (unit * 30), y / (unit * 30)) - 0.5) * 0.35,
      cell,
    );
  });
}

function jelly(stage: Stage, x: number, y: number, size: number, strength: number): void {
  const { ctx, palette, random } = stage;
  ctx.save();
  ctx.translate(x, y);
  ctx.rotate(random.between(-0.35, 0.35));
  ctx.globalCompositeOperation = 'screen';
  const warm = random.chance(0.5) ? palette.accent : palette.haze;
  tentacles(stage, size, strength);
  const halo = ctx.createRadialGradient(0, 0, size * 0.2, 0, 0, size * 2.6);
  halo.addColorStop(0, css(warm, 0.34 * strength));
  halo.addColorStop(1, css(warm, 0));
  ctx.fillStyle = halo;
  ctx.fillRect(-size * 3, -size * 3, size * 6, size * 6);
  const bell = ctx.createRadialGradient(0, size * 0.1, size * 0.1, 0, -size * 0.05, size * 1.15);
  bell.addColorStop(0, css(mix(warm, palette.glow, 0.55), 0.75 * strength));
  bell.addColorStop(0.55, css(mix(warm, palette.haze, 0.4), 0.4 * strength));
  bell.addColorStop(0.9, css(mix(palette.haze, palette.glow, 0.5), 0.6 * strength));
  bell.addColorStop(1, css(palette.glow, 0.85 * strength));
  ctx.fillStyle = bell;
  dome(stage, size);
  ctx.fill();
  ctx.strokeStyle = css(palette.glow, 0.65 * strength);
  ctx.lineWidth = size * 0.025;
  ctx.stroke();
  ctx.strokeStyle = css(palette.glow, 0.22 * strength);
  for (let rib = -3; rib <= 3; rib += 1) {
    ctx.beginPath();
    ctx.moveTo(rib * size * 0.045, -size * 0.9);
    ctx.quadraticCurveTo(rib * size * 0.34, -size * 0.35, rib * size * 0.27, size * 0.3);
    ctx.stroke();
  }
  ctx.restore();
}

function dome({ ctx }: Stage, s: number): void {
  ctx.beginPath();
  ctx.moveTo(-s, s * 0.25);
  ctx.bezierCurveTo(-s * 1.12, -s * 1.22, s * 1.12, -s * 1.22, s, s * 0.25);
  for (let scallop = 5; scallop >= 0; scallop -= 1) {
    const to = (scallop / 6) * 2 - 1;
    ctx.quadraticCurveTo((to + 1 / 6) * s, s * 0.48, to * s, s * 0.27);
  }
  ctx.closePath();
}

function tentacles(stage: Stage, s: number, strength: number): void {
  const { ctx, palette, random } = stage;
  ctx.lineCap = 'round';
  const sway = random.between(-0.6, 0.6);
  for (let arm = 0; arm < 17; arm += 1) {
    const frilly = arm % 3 === 0;
    const from = ((arm + 0.5) / 17 - 0.5) * s * (frilly ? 0.8 : 1.75);
    const long = s * random.between(2.2, 4.8) * (frilly ? 0.75 : 1);
    const fade = ctx.createLinearGradient(0, 0, 0, long);
    fade.addColorStop(0, css(mix(palette.haze, palette.glow, 0.5), (frilly ? 0.55 : 0.5) * strength));
    fade.addColorStop(1, css(frilly ? palette.accent : palette.haze, 0));
    ctx.strokeStyle = fade;
    ctx.lineWidth = s * (frilly ? random.between(0.08, 0.15) : 0.028);
    const phase = random.between(0, 6);
    ctx.beginPath();
    for (let k = 0; k <= 26; k += 1) {
      const t = k / 26;
      const wave = Math.sin(t * (frilly ? 9 : 5.5) + phase) * s * 0.16 * (0.25 + t);
      ctx.lineTo(from * (1 - t * 0.35) + wave + sway * s * t * t, s * 0.22 + t * long);
    }
    ctx.stroke();
  }
}

function plankton(stage: Stage): void {
  const { width, height, unit, palette, random } = stage;
  for (let i = 0; i < 70; i += 1) {
    const radius = unit * (0.15 + 1.1 * random.next() ** 5);
    const at = { x: random.next() * width, y: random.next() * height };
    glow(stage, { ...at, radius: radius * 1.6, colour: palette.glow, strength: random.between(0.2, 0.7) });
  }
}
