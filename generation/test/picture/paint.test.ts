import { expect } from 'chai';
import { GALLERY, MOTIF_NAMES, type MotifName } from '../../src/picture/gallery.ts';
import { type PlateSpec, paintPlate } from '../../src/picture/paint.ts';
import type { PaletteName } from '../../src/picture/palette.ts';
import type { Plate } from '../../src/picture/plate.ts';
import { contrastWithWhite, spread } from './plate-colours.ts';

const SIZES = { portrait: [160, 284], square: [192, 192], landscape: [288, 162] } as const;

function spec(motif: MotifName, shape: keyof typeof SIZES, change: Partial<PlateSpec> = {}): PlateSpec {
  const [width, height] = SIZES[shape];
  return { motif, palette: GALLERY[motif].palettes[0], seed: 7, width, height, text: 'Ocean', ...change };
}

/** Where captions stand in each shape, with room for the camera to move. */
const CAPTIONS = { portrait: [0.64, 0.86], square: [0.7, 0.93], landscape: [0.7, 0.93] } as const;

function captionContrast(plate: Plate, shape: keyof typeof SIZES): number {
  const [top, bottom] = CAPTIONS[shape];
  return contrastWithWhite(plate, top, bottom, 0.95);
}

describe('paintPlate', () => {
  for (const motif of MOTIF_NAMES) {
    it(`paints ${motif} in every shape: something to see, and quiet under the captions`, () => {
      for (const shape of ['portrait', 'square', 'landscape'] as const) {
        const plate = paintPlate(spec(motif, shape));
        const [width, height] = SIZES[shape];
        expect(plate).to.include({ width, height });
        expect(plate.data).to.have.length((width * height * 3) / 2);
        expect(spread(plate), `${motif} ${shape} is flat`).to.be.greaterThan(12);
        expect(captionContrast(plate, shape), `${motif} ${shape}`).to.be.at.least(4.5);
      }
    });
  }

  it('keeps white captions readable in every palette of every motif', () => {
    for (const motif of MOTIF_NAMES) {
      for (const palette of GALLERY[motif].palettes) {
        const plate = paintPlate(spec(motif, 'portrait', { palette, seed: 3 }));
        expect(captionContrast(plate, 'portrait'), `${motif} in ${palette}`).to.be.at.least(4.5);
      }
    }
  });

  it('paints the same bytes for the same spec, whatever was painted before', () => {
    const first = paintPlate(spec('forest', 'portrait'));
    paintPlate(spec('reef', 'square'));
    expect(paintPlate(spec('forest', 'portrait'))).to.deep.equal(first);
  });

  it('paints another picture for another seed and for another palette', () => {
    const plate = paintPlate(spec('galaxy', 'square'));
    expect(paintPlate(spec('galaxy', 'square', { seed: 8 })).data).not.to.deep.equal(plate.data);
    expect(paintPlate(spec('galaxy', 'square', { palette: 'ember' })).data).not.to.deep.equal(plate.data);
  });

  it('sets the given word in the typographic motif, Latin or Chinese', () => {
    const plates = ['Ocean', 'Forest', '海洋', ''].map(
      (text) => paintPlate(spec('typography', 'square', { text })).data,
    );
    for (const [index, plate] of plates.entries()) {
      for (const other of plates.slice(index + 1)) expect(plate).not.to.deep.equal(other);
    }
  });

  it('paints the smallest and the strangest sizes', () => {
    for (const motif of MOTIF_NAMES) {
      for (const [width, height] of [
        [16, 16],
        [16, 600],
        [800, 16],
      ] as const) {
        const plate = paintPlate(spec(motif, 'square', { width, height, seed: 0xffffffff }));
        expect(plate.data, motif).to.have.length(width * height * 1.5);
      }
    }
  });

  it('refuses what it cannot paint, saying what it could', () => {
    const good = spec('reef', 'square');
    expect(() => paintPlate({ ...good, motif: 'kittens' as MotifName })).to.throw('"kittens": it is not one of bokeh');
    expect(() => paintPlate({ ...good, motif: 'toString' as MotifName })).to.throw('"toString"');
    expect(() => paintPlate({ ...good, palette: 'beige' as PaletteName })).to.throw('"beige": it is not one of abyss');
    expect(() => paintPlate({ ...good, seed: -1 })).to.throw('the seed "-1"');
    expect(() => paintPlate({ ...good, seed: 0.5 })).to.throw('the seed "0.5"');
    expect(() => paintPlate({ ...good, width: 100 })).to.throw('multiple of 16');
  });
});
