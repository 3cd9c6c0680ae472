import { expect } from 'chai';
import { Compositor, type CompositorOptions } from '../../src/compositor/compositor.ts';
import type { Plate } from '../../src/picture/plate.ts';

const FRAME = { width: 34, height: 18 };
const WHOLE = { x: 0, y: 0, step: 1 };

function flat(y: number, u: number, v: number, { width, height } = FRAME): Plate {
  const luma = width * height;
  const data = new Uint8Array(luma * 1.5)
    .fill(y)
    .fill(u, luma)
    .fill(v, luma * 1.25);
  return { width, height, data };
}

function compositor(options: Partial<CompositorOptions> = {}): Compositor {
  return new Compositor({ frame: FRAME, plateBytes: 4096, plateSlots: 2, frameSlots: 2, ...options });
}

/** The distinct values of each plane. */
function planes(frame: Uint8Array): number[][] {
  const luma = FRAME.width * FRAME.height;
  return [frame.subarray(0, luma), frame.subarray(luma, luma * 1.25), frame.subarray(luma * 1.25)].map((plane) => [
    ...new Set(plane),
  ]);
}

describe('the compositor', () => {
  it('draws each plane from its own plane', () => {
    const stage = compositor();
    stage.load(1, flat(50, 90, 170));
    const frame = stage.draw(0, { base: { slot: 1, window: WHOLE }, mix: 0, black: 0 });
    expect(frame.length).to.equal((34 * 18 * 3) / 2);
    expect(planes(frame)).to.deep.equal([[50], [90], [170]]);
  });

  it('mixes two plates', () => {
    const stage = compositor();
    stage.load(0, flat(50, 100, 200));
    stage.load(1, flat(150, 200, 100));
    const over = { slot: 1, window: WHOLE };
    const frame = stage.draw(0, { base: { slot: 0, window: WHOLE }, over, mix: 64, black: 0 });
    expect(planes(frame)).to.deep.equal([[75], [125], [175]]);
  });

  it('fades from and to the black of limited range', () => {
    const stage = compositor();
    stage.load(0, flat(216, 28, 228));
    const layer = { slot: 0, window: WHOLE };
    expect(planes(stage.draw(0, { base: undefined, mix: 0, black: 0 }))).to.deep.equal([[16], [128], [128]]);
    expect(planes(stage.draw(0, { base: undefined, over: layer, mix: 64, black: 0 }))).to.deep.equal([
      [66],
      [103],
      [153],
    ]);
    expect(planes(stage.draw(0, { base: layer, mix: 0, black: 256 }))).to.deep.equal([[16], [128], [128]]);
  });

  it('keeps one frame while another is drawn', () => {
    const stage = compositor();
    stage.load(0, flat(50, 90, 170));
    const first = stage.draw(0, { base: { slot: 0, window: WHOLE }, mix: 0, black: 0 });
    stage.draw(1, { base: undefined, mix: 0, black: 0 });
    expect(planes(first)).to.deep.equal([[50], [90], [170]]);
  });

  it('magnifies a corner without touching the rest of the plate', () => {
    const stage = compositor();
    const plate = flat(40, 128, 128);
    for (let y = 0; y < 9; y++) plate.data.fill(200, y * 34, y * 34 + 17);
    stage.load(0, plate);
    const corner = { x: 0, y: 0, step: 0.45 };
    expect(planes(stage.draw(0, { base: { slot: 0, window: corner }, mix: 0, black: 0 }))[0]).to.deep.equal([200]);
  });

  it('refuses plates that would spoil its memory', () => {
    const stage = compositor({ plateBytes: 918 });
    expect(() => stage.load(0, { ...FRAME, data: new Uint8Array(917) })).to.throw(/34×18 pixels with 917 bytes/);
    expect(() => stage.load(0, flat(1, 1, 1, { width: 36, height: 18 }))).to.throw(/largest announced plate has 918/);
    expect(() => stage.load(2, flat(1, 1, 1))).to.throw(/plate slot "2"/);
    expect(() => compositor({ plateBytes: 90_000 }).load(0, flat(1, 1, 1, { width: 80, height: 40 }))).to.throw(
      /at most 2 times/,
    );
  });

  it('refuses to draw what was never loaded', () => {
    expect(() => compositor().draw(0, { base: { slot: 0, window: WHOLE }, mix: 0, black: 0 })).to.throw(/load a plate/);
    expect(() => compositor().draw(5, { base: undefined, mix: 0, black: 0 })).to.throw(/frame slot "5"/);
  });
});
