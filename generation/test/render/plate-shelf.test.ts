import { expect } from 'chai';
import { Compositor } from '../../src/compositor/compositor.ts';
import { PlateShelf, SHELF_SLOTS } from '../../src/render/plate-shelf.ts';
import { paintSlope, slopes } from './pictures.ts';

const FRAME = { width: 160, height: 96 };

function shelf(count: number) {
  const painted: number[] = [];
  const compositor = new Compositor({
    frame: FRAME,
    plateBytes: 192 * 112 * 1.5,
    plateSlots: SHELF_SLOTS,
    frameSlots: 1,
  });
  const specs = slopes(count);
  const paint = (spec: (typeof specs)[number]) => {
    painted.push(specs.indexOf(spec));
    return paintSlope(spec);
  };
  return { painted, shelf: new PlateShelf(compositor, specs, paint) };
}

describe('the shelf of plates', () => {
  it('paints a plate when it is first asked for, and once', () => {
    const { painted, shelf: plates } = shelf(5);
    expect(painted).to.deep.equal([]);
    expect(plates.slotOf(3)).to.equal(plates.slotOf(3));
    expect(painted).to.deep.equal([3]);
  });

  it('gives every plate that is still in use a slot of its own', () => {
    const { shelf: plates } = shelf(5);
    expect(new Set([0, 1, 2].map((index) => plates.slotOf(index))).size).to.equal(3);
  });

  it('lets the plate go that was not used for longest', () => {
    const { painted, shelf: plates } = shelf(5);
    for (const index of [0, 1, 2, 0, 3, 0, 2, 1]) plates.slotOf(index);
    expect(painted).to.deep.equal([0, 1, 2, 3, 1]);
  });

  it('refuses a painter that does not keep to the size', () => {
    const compositor = new Compositor({ frame: FRAME, plateBytes: 90_000, plateSlots: SHELF_SLOTS, frameSlots: 1 });
    const plates = new PlateShelf(compositor, slopes(1), (spec) => paintSlope({ ...spec, width: 176 }));
    expect(() => plates.slotOf(0)).to.throw(/painted 176×112, not 192×112/);
    expect(() => plates.slotOf(7)).to.throw(/plate "7"/);
  });
});
