import { expect } from 'chai';
import fc from 'fast-check';
import { sameWindow, windowAt, windowOf } from '../../src/compositor/window.ts';

const side = fc.integer({ min: 1, max: 200 }).map((half) => half * 2);
const size = fc.record({ width: side, height: side });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const view = fc.record({ x: share, y: share, zoom: fc.double({ min: 1, max: 16, noNaN: true }) });

describe('the window of a view', () => {
  it('shows the whole plate at zoom 1 when shapes agree', () => {
    const window = windowOf({ x: 0.5, y: 0.5, zoom: 1 }, { width: 300, height: 200 }, { width: 150, height: 100 });
    expect(window).to.deep.equal({ x: 0, y: 0, step: 2 });
  });

  it('keeps the centre where it was asked for when there is room', () => {
    const window = windowOf({ x: 0.25, y: 0.5, zoom: 4 }, { width: 400, height: 400 }, { width: 100, height: 100 });
    expect(window).to.deep.equal({ x: 50, y: 150, step: 1 });
  });

  it('never leaves the plate, at either end or on the way', () => {
    fc.assert(
      fc.property(view, view, share, size, size, (from, to, progress, plate, frame) => {
        const { x, y, step } = windowAt(from, to, progress, plate, frame);
        expect(x).to.be.at.least(0);
        expect(y).to.be.at.least(0);
        expect(x + frame.width * step).to.be.at.most(plate.width + 1e-6);
        expect(y + frame.height * step).to.be.at.most(plate.height + 1e-6);
      }),
    );
  });

  it('moves evenly between two views', () => {
    const plate = { width: 400, height: 400 };
    const frame = { width: 100, height: 100 };
    const at = (progress: number) =>
      windowAt({ x: 0, y: 0.5, zoom: 2 }, { x: 1, y: 0.5, zoom: 4 }, progress, plate, frame);
    expect(at(0)).to.deep.equal({ x: 0, y: 100, step: 2 });
    expect(at(0.5)).to.deep.equal({ x: 150, y: 125, step: 1.5 });
    expect(at(1)).to.deep.equal({ x: 300, y: 150, step: 1 });
    expect(sameWindow(at(0.5), at(0.5))).to.equal(true);
    expect(sameWindow(at(0.5), at(0.51))).to.equal(false);
  });
});
