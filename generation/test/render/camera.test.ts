import { expect } from 'chai';
import { Camera } from '../../src/render/camera.ts';
import { shotOf, timelineOf } from '../compositor/shots.ts';
import { paintSlope, slideShow, slopes } from './pictures.ts';

function mean(bytes: Uint8Array): number {
  return bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
}

describe('the camera', () => {
  it('shoots every frame of the timeline at its size', () => {
    const camera = new Camera({ timeline: slideShow(3), plates: slopes(3), paint: paintSlope });
    for (let frame = 0; frame < 30; frame++) expect(camera.shoot(frame)).to.have.length(160 * 96 * 1.5);
  });

  it('paints lazily, just before a plate is first needed', () => {
    const painted: number[] = [];
    const paint = (spec: ReturnType<typeof slopes>[number]) => {
      painted.push(spec.colour);
      return paintSlope(spec);
    };
    const camera = new Camera({ timeline: slideShow(2), plates: slopes(2), paint });
    camera.shoot(0);
    camera.shoot(9);
    expect(painted).to.deep.equal([90]);
    camera.shoot(10);
    expect(painted).to.deep.equal([90, 115]);
  });

  it('leaves the frame before untouched while one more is shot', () => {
    const camera = new Camera({ timeline: slideShow(2), plates: slopes(2), paint: paintSlope });
    const before = camera.shoot(4);
    const copy = before.slice();
    camera.shoot(5);
    expect(before).to.deep.equal(copy);
  });

  it('hands out the same bytes while nothing moves', () => {
    const still = timelineOf([shotOf(), shotOf({ plate: 1, start: 1, end: 2 })], { width: 160, height: 96 });
    const camera = new Camera({ timeline: still, plates: slopes(2), paint: paintSlope });
    const first = camera.shoot(0);
    expect(camera.shoot(1)).to.equal(first);
    const brightness = mean(first);
    expect(mean(camera.shoot(10))).to.be.greaterThan(brightness);
  });

  it('begins in black and ends in black', () => {
    const camera = new Camera({ timeline: slideShow(1), plates: slopes(1), paint: paintSlope });
    const luma = (frame: number) => mean(camera.shoot(frame).subarray(0, 160 * 96));
    const levels = [0, 1, 4, 8, 9].map(luma);
    expect(levels[0]).to.be.lessThan(levels[1] ?? 0);
    expect(levels[1]).to.be.lessThan(levels[2] ?? 0);
    expect(levels[3]).to.be.lessThan(levels[2] ?? 0);
    expect(levels[4]).to.equal(16);
  });
});
