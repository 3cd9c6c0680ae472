import type { CanvasGradient, GlobalCompositeOperation, SKRSContext2D } from '@napi-rs/canvas';
import { disc } from './brush.ts';
import { css, mix, type Rgb } from './colour.ts';
import type { Point, Stage } from './stage.ts';

/** A colour and where it stands on the way, 0 to 1. */
export type Stop = readonly [at: number, colour: Rgb];

/** Fills the plate from top to bottom; between the given stops more are laid in OKLab, because sRGB muddies the way. */
export function wash(stage: Stage, stops: readonly Stop[], top = 0, bottom = stage.height): void {
  const { ctx, width, height } = stage;
  const gradient = ctx.createLinearGradient(0, top, 0, bottom);
  for (const [at, colour] of finely(stops)) gradient.addColorStop(at, css(colour));
  ctx.fillStyle = gradient;
  ctx.fillRect(0, top === 0 ? 0 : top, width, bottom === height ? height - top : bottom - top);
}

function finely(stops: readonly Stop[]): Stop[] {
  const fine: Stop[] = [];
  stops.forEach(([at, colour], index) => {
    const following = stops[index + 1];
    fine.push([at, colour]);
    if (!following) return;
    for (let k = 1; k < 6; k += 1) {
      fine.push([at + ((following[0] - at) * k) / 6, mix(colour, following[1], k / 6)]);
    }
  });
  return fine;
}

/** A gradient from one height to another through the colours. */
export function downwards(
  ctx: SKRSContext2D,
  from: number,
  to: number,
  [upper, lower]: readonly [Rgb, Rgb],
): CanvasGradient {
  const gradient = ctx.createLinearGradient(0, from, 0, to);
  gradient.addColorStop(0, css(upper));
  gradient.addColorStop(1, css(lower));
  return gradient;
}

/** A lamp out of focus: an even disc with a brighter rim, as a lens draws it. */
export function blurredLamp({ ctx }: Stage, at: Point, radius: number, colour: Rgb, strength: number): void {
  const fill = ctx.createRadialGradient(at.x, at.y, 0, at.x, at.y, radius);
  fill.addColorStop(0, css(colour, strength * 0.6));
  fill.addColorStop(0.82, css(colour, strength * 0.78));
  fill.addColorStop(0.93, css(colour, strength));
  fill.addColorStop(1, css(colour, 0));
  ctx.fillStyle = fill;
  disc(ctx, at.x, at.y, radius);
}

export interface Glow {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly colour: Rgb;
  readonly strength: number;
  readonly mode?: GlobalCompositeOperation;
  /** Height over width; 1 is a circle. */
  readonly squash?: number;
}

/** Light that falls off like light in mist: steep near the source, long and faint outside. */
export function glow(stage: Stage, { x, y, radius, colour, strength, mode = 'screen', squash = 1 }: Glow): void {
  const { ctx } = stage;
  const gradient = ctx.createRadialGradient(0, 0, 0, 0, 0, radius);
  for (let step = 0; step <= 8; step += 1) {
    const t = step / 8;
    gradient.addColorStop(t, css(colour, strength * (1 - t) ** 2.2));
  }
  ctx.save();
  ctx.globalCompositeOperation = mode;
  ctx.translate(x, y);
  ctx.scale(1, squash);
  ctx.fillStyle = gradient;
  ctx.fillRect(-radius, -radius, radius * 2, radius * 2);
  ctx.restore();
}

/** Darkens the corners so that the eye stays inside. */
export function vignette(stage: Stage, strength: number): void {
  const { ctx, width, height, focal } = stage;
  const reach = Math.hypot(width, height) * 0.62;
  const gradient = ctx.createRadialGradient(0, 0, reach * 0.35, 0, 0, reach * 1.05);
  gradient.addColorStop(0, css(stage.palette.ink, 0));
  gradient.addColorStop(0.5, css(stage.palette.ink, strength * 0.3));
  gradient.addColorStop(1, css(stage.palette.ink, strength));
  ctx.save();
  ctx.translate((focal.x + width / 2) / 2, (focal.y + height / 2) / 2);
  ctx.fillStyle = gradient;
  ctx.fillRect(-width * 2, -height * 2, width * 4, height * 4);
  ctx.restore();
}
