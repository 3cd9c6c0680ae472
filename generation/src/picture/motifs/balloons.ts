import { cloud } from '../clouds.ts';
import { css, mix, type Rgb } from '../colour.ts';
import { downwards, glow, vignette, wash } from '../light.ts';
import type { Stage } from '../stage.ts';
import { groundPath, ridgeLine } from '../terrain.ts';

/** Hot-air balloons over morning clouds. */
export function balloons(stage: Stage): void {
  const { width, height, unit, focal, horizon, palette, random } = stage;
  wash(stage, [
    [0, palette.deep],
    [0.28, palette.mid],
    [0.62, mix(palette.haze, palette.glow, 0.35)],
    [1, palette.mid],
  ]);
  glow(stage, { x: focal.x, y: horizon * 0.98, radius: unit * 60, colour: palette.glow, strength: 0.6, squash: 0.7 });
  for (let i = 0; i < 6; i += 1) {
    const far = i / 5;
    cloud(stage, {
      x: random.next() * width,
      y: height * (0.12 + far * 0.4) + random.bell() * unit * 2,
      wide: unit * random.between(16, 30),
      light: mix(palette.haze, palette.glow, 0.35 + far * 0.4),
      shade: mix(palette.mid, palette.haze, 0.35 + far * 0.4),
      alpha: 0.5,
    });
  }
  hills(stage);
  const small = 4;
  for (let i = 0; i < small; i += 1) {
    const x = focal.x + random.between(-0.42, 0.42) * width;
    const y = focal.y + random.between(-0.16, 0.1) * height;
    balloon(stage, x, y, unit * random.between(2, 4), 0.35);
  }
  balloon(
    stage,
    focal.x + unit * random.between(11, 17) * (focal.x > width / 2 ? -1 : 1),
    focal.y + unit * 6,
    unit * 6,
    0.12,
  );
  balloon(stage, focal.x, focal.y - unit * 4, unit * 10.5, 0);
  foreground(stage);
  vignette(stage, 0.5);
}

function hills(stage: Stage): void {
  const { ctx, width, height, unit, horizon, palette, random } = stage;
  for (let layer = 0; layer < 4; layer += 1) {
    const near = layer / 3;
    const base = horizon + near * (height - horizon) * 0.52;
    const line = ridgeLine(random, { width, base, relief: unit * 10, wavelength: unit * 42, octaves: 3 });
    const top = mix(mix(palette.haze, palette.mid, 0.5), palette.ink, near * 0.78);
    ctx.fillStyle = downwards(ctx, base - unit * 6, base + unit * 14, [top, mix(top, palette.haze, 0.35 * (1 - near))]);
    groundPath(ctx, line, height);
    ctx.fill();
  }
}

function foreground(stage: Stage): void {
  const { width, height, unit, palette, random } = stage;
  for (let i = 0; i < 7; i += 1) {
    cloud(stage, {
      x: ((i + random.next()) / 7) * width,
      y: height * random.between(0.93, 1.02),
      wide: unit * random.between(28, 46),
      light: mix(palette.mid, palette.haze, 0.4),
      shade: mix(palette.deep, palette.ink, 0.4),
    });
  }
}

function balloon(stage: Stage, x: number, y: number, radius: number, fog: number): void {
  const { ctx, palette, random } = stage;
  const veil = (colour: Rgb) => mix(colour, mix(palette.haze, palette.glow, 0.3), fog);
  const first = veil(random.pick([palette.accent, palette.accent, palette.glow, mix(palette.mid, palette.deep, 0.2)]));
  const second = veil(random.pick([mix(palette.glow, [255, 255, 255], 0.4), mix(palette.mid, palette.deep, 0.4)]));
  const neck = y + radius * 1.42;
  const gores = 8;
  for (let gore = gores - 1; gore >= 0; gore -= 1) {
    const outer = ((gore + 1) / gores) * 2 - 1;
    const inner = (gore / gores) * 2 - 1;
    const left = Math.sin((inner * Math.PI) / 2);
    const right = Math.sin((outer * Math.PI) / 2);
    const colour = gore % 2 === 0 ? first : second;
    const turn = (left + right) / 2;
    ctx.fillStyle = css(mix(colour, palette.ink, Math.max(0, 0.1 + turn * 0.42)));
    ctx.beginPath();
    ctx.moveTo(x, y - radius);
    ctx.bezierCurveTo(
      x + left * radius * 1.33,
      y - radius,
      x + left * radius * 1.33,
      y + radius * 0.55,
      x + left * radius * 0.2,
      neck,
    );
    ctx.lineTo(x + right * radius * 0.2, neck);
    ctx.bezierCurveTo(
      x + right * radius * 1.33,
      y + radius * 0.55,
      x + right * radius * 1.33,
      y - radius,
      x,
      y - radius,
    );
    ctx.fill();
  }
  ctx.strokeStyle = css(veil(palette.ink), 0.8);
  ctx.lineWidth = Math.max(1, radius * 0.02);
  for (const side of [-1, 1]) {
    ctx.beginPath();
    ctx.moveTo(x + side * radius * 0.2, neck);
    ctx.lineTo(x + side * radius * 0.13, neck + radius * 0.34);
    ctx.stroke();
  }
  ctx.fillStyle = css(veil(mix(palette.ink, palette.mid, 0.25)));
  ctx.beginPath();
  ctx.roundRect(x - radius * 0.16, neck + radius * 0.32, radius * 0.32, radius * 0.24, radius * 0.05);
  ctx.fill();
}
