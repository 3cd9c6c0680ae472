import { css, mix } from '../colour.ts';
import { shadeField } from '../field.ts';
import { glow, vignette } from '../light.ts';
import { fractal, valueNoise } from '../noise.ts';
import { ramp } from '../ramp.ts';
import type { Stage } from '../stage.ts';

/** Fire from below: tongues of flame, smoke lit from inside, sparks going up. */
export function embers(stage: Stage): void {
  flames(stage);
  sparks(stage);
  vignette(stage, 0.6);
}

function flames(stage: Stage): void {
  const { width, unit, focal, horizon, palette, random } = stage;
  const noise = fractal(valueNoise(random), 4);
  const colours = ramp([
    [0, palette.ink],
    [0.22, palette.deep],
    [0.45, palette.mid],
    [0.7, palette.haze],
    [0.9, palette.glow],
    [1, mix(palette.glow, [255, 255, 255], 0.5)],
  ]);
  const scale = unit * 15;
  const bed = horizon + unit * 3;
  shadeField(stage, 5, (x, y, cell) => {
    const up = (bed - y) / (unit * 62);
    const centred = Math.exp(-(((x - focal.x) / (width * 0.4 + unit * 9)) ** 2));
    const warp = noise(x / (scale * 1.4) + 3, y / (scale * 1.8));
    const lick = noise(x / scale + (warp - 0.5) * 1.9, y / (scale * 2.1) + warp * 1.6 + 11);
    const tongue = 1 - Math.abs(lick * 2 - 1);
    const body = up > 0 ? Math.exp(-up * 2.2) * (0.2 + 0.8 * centred) : 0;
    const smoke = noise(x / (scale * 2.4) + 7, y / (scale * 2.4)) * Math.exp(-Math.abs(up - 0.2) * 1.3) * 0.36;
    const coal = up <= 0 ? Math.exp(up * 6) * (0.25 + 0.75 * centred) * (0.3 + tongue ** 3 * 0.5) : 0;
    colours(body * (0.12 + tongue ** 2 * 1.1) + smoke * (0.3 + centred * 0.6) + coal, cell);
  });
  glow(stage, { x: focal.x, y: bed, radius: unit * 55, colour: palette.haze, strength: 0.35, squash: 0.7 });
}

function sparks(stage: Stage): void {
  const { ctx, width, unit, focal, horizon, palette, random } = stage;
  ctx.save();
  ctx.globalCompositeOperation = 'lighter';
  ctx.lineCap = 'round';
  for (let i = 0; i < 260; i += 1) {
    const rise = random.next() ** 0.8;
    const x = focal.x + random.bell() * width * (0.16 + 0.2 * rise);
    const y = (horizon + unit * 6) * (1 - rise);
    const near = random.next() ** 5;
    const size = unit * (0.1 + near * 0.55);
    const colour = mix(palette.glow, palette.haze, random.next() * 0.7);
    const alpha = random.between(0.25, 0.95) * (1 - rise * 0.6);
    const drift = random.bell() * unit;
    ctx.strokeStyle = css(colour, alpha);
    ctx.lineWidth = size;
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.quadraticCurveTo(x + drift * 0.5, y + unit * (0.4 + near), x + drift * 0.2, y + unit * (0.6 + near * 2.4));
    ctx.stroke();
    if (near > 0.25)
      glow(stage, { x, y, radius: size * 6, colour: palette.haze, strength: alpha * 0.6, mode: 'lighter' });
  }
  ctx.restore();
}
