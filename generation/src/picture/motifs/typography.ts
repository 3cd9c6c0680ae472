import { canvasFamily } from '../../captions/fonts.ts';
import { css, mix } from '../colour.ts';
import { glow, vignette, wash } from '../light.ts';
import type { Stage } from '../stage.ts';

/** The subject itself as the picture: its word set large, line under line, one line lit. For what has no image. */
export function typography(stage: Stage): void {
  const { ctx, width, height, unit, palette, random } = stage;
  // A word wants the middle, or it would run out of the frame when the camera moves.
  const focal = { x: width / 2, y: stage.focal.y };
  const word = displayWord(stage.text);
  const angle = random.between(-0.16, -0.09) * random.pick([1, 1, -1]);
  wash(stage, [
    [0, palette.ink],
    [0.42, mix(palette.deep, palette.mid, 0.5)],
    [1, palette.ink],
  ]);
  glow(stage, { ...focal, radius: unit * 64, colour: palette.mid, strength: 0.8 });
  ctx.save();
  ctx.translate(focal.x, focal.y);
  ctx.rotate(angle);
  ctx.textBaseline = 'alphabetic';
  const font = canvasFamily('Inter ExtraBold');
  ctx.font = `100px ${font}`;
  const natural = Math.max(1, ctx.measureText(word).width);
  const size = Math.min(unit * 19, (width * 0.74 * 100) / natural);
  ctx.font = `${size}px ${font}`;
  const gap = size * 0.22;
  const advance = (natural / 100) * size + gap * 1.6;
  const line = size * 0.98;
  const reach = Math.hypot(width, height);
  for (let row = Math.floor(-reach / line); row <= reach / line; row += 1) {
    const slide = (((row * 0.37 + 5) % 1) - 0.5) * advance;
    const away = Math.abs(row * line) / reach;
    for (let x = -reach + slide; x < reach; x += advance) {
      if (row === 0) continue;
      ctx.lineWidth = unit * 0.16;
      ctx.strokeStyle = css(mix(palette.haze, palette.mid, Math.min(1, away * 2)), Math.max(0.1, 0.62 - away * 1.5));
      ctx.strokeText(word, x, row * line + size * 0.36);
    }
  }
  lit(stage, word, size, advance, reach);
  ctx.restore();
  vignette(stage, 0.6);
}

function lit(stage: Stage, word: string, size: number, advance: number, reach: number): void {
  const { ctx, unit, palette } = stage;
  const band = ctx.createLinearGradient(-advance, 0, advance, 0);
  band.addColorStop(0, css(mix(palette.haze, palette.glow, 0.3)));
  band.addColorStop(0.5, css(mix(palette.glow, [255, 255, 255], 0.3)));
  band.addColorStop(1, css(palette.accent));
  ctx.save();
  ctx.shadowColor = css(palette.accent, 0.45);
  ctx.shadowBlur = unit * 3;
  ctx.fillStyle = band;
  ctx.textAlign = 'center';
  ctx.fillText(word, 0, size * 0.36);
  ctx.restore();
  ctx.textAlign = 'center';
  ctx.fillStyle = css(palette.haze, 0.34);
  for (let x = advance; x < reach; x += advance) {
    ctx.fillText(word, x, size * 0.36);
    ctx.fillText(word, -x, size * 0.36);
  }
}

/** At most a dozen letters: what is longer would only be read in pieces. */
function displayWord(text: string): string {
  const trimmed = text.trim();
  const letters = [...(trimmed === '' ? '&' : trimmed)];
  return letters.slice(0, 14).join('').toLocaleUpperCase('en');
}
