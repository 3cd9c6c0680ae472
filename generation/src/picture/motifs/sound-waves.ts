import { css, mix } from '../colour.ts';
import { shadeField } from '../field.ts';
import { glow, vignette } from '../light.ts';
import { fractal, valueNoise } from '../noise.ts';
import { darkScale } from '../ramp.ts';
import type { Stage } from '../stage.ts';

/** Sound made visible: ribbons of fine lines that swell and cross, and a meter under them. */
export function soundWaves(stage: Stage): void {
  air(stage);
  ribbons(stage);
  meter(stage);
  vignette(stage, 0.6);
}

function air(stage: Stage): void {
  const { width, height, unit, focal, palette, random } = stage;
  const noise = fractal(valueNoise(random), 2);
  const colours = darkScale(palette);
  shadeField(stage, 8, (x, y, cell) => {
    const away = Math.hypot((x - focal.x) / width, (y - focal.y) / (height * 0.6));
    colours(0.1 + 0.75 * Math.exp(-away * away * 4.5) + (noise(x / (unit * 40), y / (unit * 40)) - 0.5) * 0.35, cell);
  });
}

function ribbons(stage: Stage): void {
  const { ctx, width, unit, focal, palette, random } = stage;
  ctx.save();
  ctx.globalCompositeOperation = 'screen';
  const lines = 30;
  for (let ribbon = 0; ribbon < 3; ribbon += 1) {
    const from = [palette.haze, palette.accent, palette.glow][ribbon] ?? palette.haze;
    const to = [palette.glow, palette.haze, palette.mid][ribbon] ?? palette.glow;
    const long = Math.min(width * 0.9, unit * random.between(44, 70));
    const phase = random.between(0, 6);
    const twist = random.between(0.7, 1.5);
    const swell = unit * (random.between(13, 18) - ribbon * 2.6);
    for (let line = 0; line < lines; line += 1) {
      const t = line / (lines - 1);
      ctx.strokeStyle = css(mix(from, to, t), 0.12 + 0.42 * Math.sin(Math.PI * t) ** 2);
      ctx.lineWidth = unit * 0.12;
      ctx.beginPath();
      for (let x = -unit; x <= width + unit; x += unit * 1.2) {
        const gather = 0.35 + 0.65 * Math.exp(-(((x - focal.x) / (width * 0.36)) ** 2));
        const wave = Math.sin((x / long) * Math.PI * 2 + phase + t * twist);
        const beat = Math.sin((x / long) * Math.PI * 0.82 + phase * 2 + t * 0.6);
        const y =
          focal.y - unit * 3 + wave * beat * swell * gather * (1.35 - t * 0.75) + (t - 0.5) * unit * 2.5 * gather;
        if (x < 0) ctx.moveTo(x, y);
        else ctx.lineTo(x, y);
      }
      ctx.stroke();
    }
  }
  ctx.restore();
}

function meter(stage: Stage): void {
  const { ctx, width, unit, focal, palette, random } = stage;
  const pitch = unit * 1.7;
  const bars = Math.floor((width * 0.86) / pitch);
  const left = (width - bars * pitch) / 2;
  const noise = fractal(valueNoise(random), 3);
  const level = focal.y + unit * 23;
  glow(stage, { x: focal.x, y: level, radius: unit * 30, colour: palette.haze, strength: 0.25, squash: 0.4 });
  for (let bar = 0; bar < bars; bar += 1) {
    const x = left + bar * pitch;
    const gather = Math.exp(-(((x - focal.x) / (width * 0.3)) ** 2));
    const loud = Math.max(0.06, (noise(bar * 0.45, 3) - 0.22) * 1.6) * (0.25 + 0.75 * gather);
    const tall = unit * 1 + loud * unit * 14;
    const fill = ctx.createLinearGradient(0, level - tall / 2, 0, level + tall / 2);
    fill.addColorStop(0, css(mix(palette.haze, palette.glow, gather), 0.95));
    fill.addColorStop(1, css(mix(palette.mid, palette.haze, gather), 0.5));
    ctx.fillStyle = fill;
    ctx.beginPath();
    ctx.roundRect(x, level - tall / 2, pitch * 0.46, tall, pitch * 0.23);
    ctx.fill();
  }
}
