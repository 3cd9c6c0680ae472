import { css, mix, type Rgb } from '../colour.ts';
import { downwards, glow, vignette } from '../light.ts';
import type { Stage } from '../stage.ts';

/** Shelves of old books in lamp light. */
export function bookshelf(stage: Stage): void {
  const { ctx, width, height, unit, focal, palette } = stage;
  ctx.fillStyle = css(palette.ink);
  ctx.fillRect(0, 0, width, height);
  const shelf = unit * 23;
  const first = (focal.y % shelf) - shelf * 1.35;
  for (let top = first; top < height; top += shelf) row(stage, top, shelf);
  shade(stage);
  glow(stage, { x: focal.x, y: focal.y, radius: unit * 58, colour: palette.glow, strength: 0.34, mode: 'soft-light' });
  glow(stage, { x: focal.x, y: focal.y, radius: unit * 42, colour: palette.haze, strength: 0.34, mode: 'screen' });
  vignette(stage, 0.65);
}

function row(stage: Stage, top: number, shelf: number): void {
  const { ctx, width, unit, palette, random } = stage;
  const board = unit * 1.5;
  const floor = top + shelf - board;
  ctx.fillStyle = downwards(ctx, top, floor, [palette.ink, mix(palette.ink, palette.deep, 0.65)]);
  ctx.fillRect(0, top, width, shelf);
  let x = -unit * random.between(0, 3);
  while (x < width) {
    const thick = unit * random.between(1.7, 4.4);
    const tall = (shelf - board) * random.between(0.62, 0.92);
    if (random.chance(0.06)) {
      x += unit * random.between(2, 5);
    } else if (random.chance(0.07)) {
      lean(stage, x, floor, thick, tall);
      x += thick + tall * 0.26;
    } else {
      spine(stage, x, floor - tall, thick, tall);
      x += thick + unit * 0.1;
    }
  }
  const wood = ctx.createLinearGradient(0, floor, 0, floor + board);
  wood.addColorStop(0, css(mix(palette.mid, palette.haze, 0.3)));
  wood.addColorStop(0.25, css(mix(palette.mid, palette.deep, 0.5)));
  wood.addColorStop(1, css(palette.ink));
  ctx.fillStyle = wood;
  ctx.fillRect(0, floor, width, board);
}

function lean(stage: Stage, x: number, floor: number, thick: number, tall: number): void {
  const { ctx } = stage;
  ctx.save();
  ctx.translate(x + tall * 0.24, floor);
  ctx.rotate(-0.24);
  spine(stage, 0, -tall, thick, tall);
  ctx.restore();
}

function bookColour({ palette, random }: Stage): Rgb {
  const cloth = random.pick([palette.mid, palette.deep, palette.haze, palette.accent, palette.mid, palette.deep]);
  return mix(mix(cloth, palette.mid, random.between(0, 0.5)), palette.ink, random.between(0.05, 0.4));
}

function spine(stage: Stage, x: number, y: number, thick: number, tall: number): void {
  const { ctx, unit, palette, random } = stage;
  const colour = bookColour(stage);
  const round = ctx.createLinearGradient(x, 0, x + thick, 0);
  round.addColorStop(0, css(mix(colour, palette.ink, 0.6)));
  round.addColorStop(0.3, css(mix(colour, palette.glow, 0.16)));
  round.addColorStop(0.65, css(colour));
  round.addColorStop(1, css(mix(colour, palette.ink, 0.7)));
  ctx.fillStyle = round;
  ctx.beginPath();
  ctx.roundRect(x, y, thick, tall, [unit * 0.3, unit * 0.3, 0, 0]);
  ctx.fill();
  const gold = css(mix(palette.glow, palette.haze, 0.4), 0.75);
  ctx.fillStyle = gold;
  const style = random.next();
  if (style < 0.65) {
    for (const at of [0.1, 0.14, 0.82]) ctx.fillRect(x + thick * 0.1, y + tall * at, thick * 0.8, unit * 0.13);
  }
  if (style > 0.35 && thick > unit * 2.2) {
    const label = random.chance(0.5);
    if (label) {
      ctx.fillStyle = css(mix(colour, palette.ink, 0.55));
      ctx.fillRect(x + thick * 0.14, y + tall * 0.22, thick * 0.72, tall * 0.17);
      ctx.fillStyle = gold;
    }
    for (let line = 0; line < 3; line += 1) {
      const wide = thick * random.between(0.25, 0.52);
      ctx.fillRect(x + (thick - wide) / 2, y + tall * (0.255 + line * 0.04), wide, unit * 0.16);
    }
  }
}

/** What lies away from the lamp sinks into the dark. */
function shade({ ctx, width, height, unit, focal, palette }: Stage): void {
  const fill = ctx.createRadialGradient(focal.x, focal.y, unit * 14, focal.x, focal.y, unit * 82);
  fill.addColorStop(0, css(palette.ink, 0));
  fill.addColorStop(0.45, css(palette.ink, 0.5));
  fill.addColorStop(1, css(palette.ink, 0.9));
  ctx.fillStyle = fill;
  ctx.fillRect(0, 0, width, height);
}
