import { disc } from '../brush.ts';
import { css, mix } from '../colour.ts';
import { shadeField } from '../field.ts';
import { glow, vignette } from '../light.ts';
import { fractal, valueNoise } from '../noise.ts';
import { dimScale } from '../ramp.ts';
import type { Stage } from '../stage.ts';

interface Node {
  readonly x: number;
  readonly y: number;
  /** 0 far, 1 near. */
  readonly near: number;
  readonly hub: boolean;
}

/** Points of light joined to their neighbours: data, people, machines that talk. */
export function network(stage: Stage): void {
  backdrop(stage);
  const nodes = scatter(stage);
  links(stage, nodes);
  for (const node of nodes) dot(stage, node);
  vignette(stage, 0.6);
}

function backdrop(stage: Stage): void {
  const { width, height, unit, focal, palette, random } = stage;
  const noise = fractal(valueNoise(random), 2);
  const colours = dimScale(palette);
  shadeField(stage, 8, (x, y, cell) => {
    const away = Math.hypot(x - focal.x, y - focal.y) / Math.hypot(width, height);
    colours(0.16 + Math.exp(-away * 3.4) * 0.62 + (noise(x / (unit * 34), y / (unit * 34)) - 0.5) * 0.5, cell);
  });
}

/** Keeps a distance between nodes by trying several places and taking the loneliest (Mitchell's best candidate). */
function scatter(stage: Stage): Node[] {
  const { width, height, unit, focal, random } = stage;
  const nodes: Node[] = [];
  const count = Math.round((width * height) / (unit * unit) / 46);
  for (let i = 0; i < count; i += 1) {
    let best = { x: 0, y: 0 };
    let lonely = -1;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const x = random.between(-0.04, 1.04) * width;
      const y = random.between(-0.04, 1.04) * height;
      const nearest = nodes.reduce((least, node) => Math.min(least, Math.hypot(node.x - x, node.y - y)), 1e9);
      const pull = Math.hypot(x - focal.x, y - focal.y) / (unit * 45);
      const score = nearest / (1 + pull * pull);
      if (score > lonely) {
        lonely = score;
        best = { x, y };
      }
    }
    nodes.push({ ...best, near: random.next() ** 1.6, hub: i % 11 === 0 });
  }
  return nodes;
}

function links(stage: Stage, nodes: readonly Node[]): void {
  const { ctx, unit, palette } = stage;
  ctx.save();
  ctx.globalCompositeOperation = 'screen';
  nodes.forEach((from, index) => {
    const reach = unit * (from.hub ? 20 : 12.5);
    for (const to of nodes.slice(index + 1)) {
      const long = Math.hypot(from.x - to.x, from.y - to.y);
      if (long > reach) continue;
      const close = 1 - long / reach;
      const near = (from.near + to.near) / 2;
      ctx.strokeStyle = css(
        mix(palette.haze, palette.glow, from.hub ? 0.45 : 0.1),
        (0.16 + 0.75 * close) * (0.4 + near * 0.6),
      );
      ctx.lineWidth = unit * (0.09 + 0.14 * near + (from.hub && to.hub ? 0.1 : 0));
      ctx.beginPath();
      ctx.moveTo(from.x, from.y);
      ctx.lineTo(to.x, to.y);
      ctx.stroke();
    }
  });
  ctx.restore();
}

function dot(stage: Stage, { x, y, near, hub }: Node): void {
  const { ctx, unit, palette, random } = stage;
  const colour = hub && random.chance(0.6) ? palette.accent : mix(palette.haze, palette.glow, 0.35 + near * 0.5);
  const radius = unit * (0.22 + near * 0.4 + (hub ? 0.45 : 0));
  if (hub || near > 0.6) glow(stage, { x, y, radius: radius * (hub ? 9 : 5), colour, strength: hub ? 0.6 : 0.35 });
  ctx.fillStyle = css(colour, 0.55 + near * 0.45);
  disc(ctx, x, y, radius);
  if (!hub) return;
  ctx.strokeStyle = css(colour, 0.55);
  ctx.lineWidth = unit * 0.1;
  ctx.beginPath();
  ctx.arc(x, y, radius * 2.1, 0, Math.PI * 2);
  ctx.stroke();
  ctx.fillStyle = css(mix(palette.glow, [255, 255, 255], 0.5));
  disc(ctx, x, y, radius * 0.4);
}
