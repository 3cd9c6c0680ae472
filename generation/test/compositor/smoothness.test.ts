import { expect } from 'chai';
import { Compositor } from '../../src/compositor/compositor.ts';
import { type Window, windowAt } from '../../src/compositor/window.ts';
import type { Plate } from '../../src/picture/plate.ts';

const PLATE = { width: 480, height: 848 };
const FRAME = { width: 416, height: 736 };
const FRAMES = 120;

/** Black with one soft dot, a few pixels wide. */
function dotPlate(x: number, y: number): Plate {
  const { width, height } = PLATE;
  const data = new Uint8Array((width * height * 3) / 2).fill(128);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      data[j * width + i] = 16 + Math.round(219 * Math.exp(-((i - x) ** 2 + (j - y) ** 2) / 18));
    }
  }
  return { ...PLATE, data };
}

/** Centre of brightness of the luma plane. */
function centroid(frame: Uint8Array): { x: number; y: number } {
  let mass = 0;
  let x = 0;
  let y = 0;
  for (let j = 0; j < FRAME.height; j++) {
    for (let i = 0; i < FRAME.width; i++) {
      const light = (frame[j * FRAME.width + i] ?? 16) - 16;
      mass += light;
      x += light * i;
      y += light * j;
    }
  }
  return { x: x / mass, y: y / mass };
}

/** Root mean square of the second difference: what the eye sees as shaking, in pixels. */
function shake(track: readonly number[]): number {
  const jolts = track.slice(2).map((value, index) => value - 2 * (track[index + 1] ?? 0) + (track[index] ?? 0));
  return Math.sqrt(jolts.reduce((sum, jolt) => sum + jolt * jolt, 0) / jolts.length);
}

function follow(from: { zoom: number; x: number; y: number }, to: { zoom: number; x: number; y: number }) {
  const compositor = new Compositor({ frame: FRAME, plateBytes: 480 * 848 * 1.5, plateSlots: 1, frameSlots: 1 });
  compositor.load(0, dotPlate(141, 290));
  const tracks: { x: number[]; y: number[] } = { x: [], y: [] };
  for (let frame = 0; frame < FRAMES; frame++) {
    const window: Window = windowAt(from, to, frame / (FRAMES - 1), PLATE, FRAME);
    const seen = centroid(compositor.draw(0, { base: { slot: 0, window }, mix: 0, black: 0 }));
    tracks.x.push(seen.x);
    tracks.y.push(seen.y);
  }
  return { x: shake(tracks.x), y: shake(tracks.y), travelled: Math.abs((tracks.x.at(-1) ?? 0) - (tracks.x[0] ?? 0)) };
}

describe('a camera move', () => {
  it('does not shake in a slow zoom', () => {
    const { x, y, travelled } = follow({ x: 0.5, y: 0.5, zoom: 1.02 }, { x: 0.5, y: 0.5, zoom: 1.08 });
    expect(travelled).to.be.greaterThan(2);
    expect(x).to.be.lessThan(0.02);
    expect(y).to.be.lessThan(0.02);
  });

  it('does not shake in a slow pan', () => {
    const { x, y, travelled } = follow({ x: 0.47, y: 0.49, zoom: 1.1 }, { x: 0.52, y: 0.51, zoom: 1.1 });
    expect(travelled).to.be.greaterThan(10);
    expect(x).to.be.lessThan(0.02);
    expect(y).to.be.lessThan(0.02);
  });
});
