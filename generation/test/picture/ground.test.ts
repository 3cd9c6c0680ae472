import { createCanvas } from '@napi-rs/canvas';
import { expect } from 'chai';
import fc from 'fast-check';
import { css, mix, relativeLuminance, rgb, tint } from '../../src/picture/colour.ts';
import { fractal, smoothstep, valueNoise } from '../../src/picture/noise.ts';
import { MOODS, mixPalette, PALETTE_NAMES, paletteMoods } from '../../src/picture/palette.ts';
import { seededRandom } from '../../src/picture/seeded-random.ts';
import { shapeOf } from '../../src/picture/stage.ts';
import { groundPath, heightAt, ridgeLine } from '../../src/picture/terrain.ts';

describe('seededRandom', () => {
  it('repeats itself for one seed and differs for another', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 8 }, () => random.next());
    };
    expect(draw(5)).to.deep.equal(draw(5));
    expect(draw(5)).not.to.deep.equal(draw(6));
  });

  it('keeps its promises about ranges', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (seed) => {
        const random = seededRandom(seed);
        for (let i = 0; i < 40; i += 1) {
          expect(random.next()).to.be.within(0, 0.9999999999);
          expect(random.whole(2, 4)).to.be.oneOf([2, 3, 4]);
          expect(random.between(-3, 5)).to.be.within(-3, 5);
          expect(random.pick(['a', 'b'])).to.be.oneOf(['a', 'b']);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('draws a bell around zero with variance one', () => {
    const random = seededRandom(1);
    const values = Array.from({ length: 4000 }, () => random.bell());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).to.be.closeTo(0, 0.06);
    expect(variance).to.be.closeTo(1, 0.08);
  });
});

describe('colours', () => {
  it('mixes in OKLab: the ends stay, the middle of black and white is the grey the eye takes for it', () => {
    const close = (found: readonly number[], expected: readonly number[]) => {
      found.forEach((value, index) => {
        expect(value).to.be.closeTo(expected[index] ?? 0, 1);
      });
    };
    close(mix([10, 200, 30], [255, 0, 80], 0), [10, 200, 30]);
    close(mix([10, 200, 30], [255, 0, 80], 1), [255, 0, 80]);
    close(mix([0, 0, 0], [255, 255, 255], 0.5), [99, 99, 99]);
  });

  it('turns hue without changing lightness much, and greys not at all', () => {
    const grey = tint([120, 120, 120], 90, 1.5);
    for (const channel of grey) expect(channel).to.be.closeTo(120, 1);
    expect(relativeLuminance(tint([200, 60, 60], 20, 1))).to.be.closeTo(relativeLuminance([200, 60, 60]), 0.03);
  });

  it('writes and reads colours', () => {
    expect(rgb('#0aff80')).to.deep.equal([10, 255, 128]);
    expect(css([10, 254.6, 128], 0.5)).to.equal('rgba(10,255,128,0.5)');
  });
});

describe('palettes', () => {
  it('offer every mood at least three, so that a video need not be of one colour', () => {
    for (const mood of MOODS) {
      const serving = PALETTE_NAMES.filter((name) => paletteMoods(name).includes(mood));
      expect(serving.length, mood).to.be.at.least(3);
    }
  });

  it('climb from the dark to the light, whatever chance does to them', () => {
    for (const name of PALETTE_NAMES) {
      for (const seed of [1, 2, 3]) {
        const { ink, deep, mid, haze, glow } = mixPalette(name, seededRandom(seed));
        const steps = [ink, deep, mid, haze, glow].map(relativeLuminance);
        expect(steps, name).to.deep.equal([...steps].sort((a, b) => a - b));
        expect(steps[0], name).to.be.below(0.02);
      }
    }
  });
});

describe('noise and terrain', () => {
  it('stays between 0 and 1, is smooth, and is repeatable', () => {
    const noise = fractal(valueNoise(seededRandom(3)), 4);
    const again = fractal(valueNoise(seededRandom(3)), 4);
    for (let i = 0; i < 500; i += 1) {
      const [x, y] = [i * 0.37 - 60, i * 0.19];
      const value = noise(x, y);
      expect(value).to.be.within(0, 1);
      expect(again(x, y)).to.equal(value);
      expect(Math.abs(noise(x + 0.001, y) - value)).to.be.below(0.05);
    }
  });

  it('eases between two borders', () => {
    expect([smoothstep(2, 4, 1), smoothstep(2, 4, 3), smoothstep(2, 4, 9)]).to.deep.equal([0, 0.5, 1]);
  });

  it('draws ridges from border to border within their relief', () => {
    const line = ridgeLine(seededRandom(9), {
      width: 400,
      base: 200,
      relief: 60,
      wavelength: 90,
      octaves: 5,
      sharpness: 0.5,
    });
    expect(line[0]?.x).to.be.at.most(0);
    expect(line.at(-1)?.x).to.be.at.least(400);
    for (const { y } of line) expect(y).to.be.within(170, 230);
    expect(heightAt(line, 200)).to.be.within(170, 230);
    expect(heightAt(line, -999)).to.equal(line[0]?.y);
    expect(heightAt([], 5)).to.equal(0);
    expect(() => groundPath(createCanvas(16, 16).getContext('2d'), [], 16)).not.to.throw();
  });

  it('tells the shapes of pictures apart', () => {
    expect([shapeOf(9, 16), shapeOf(4, 5), shapeOf(1, 1), shapeOf(16, 9)]).to.deep.equal([
      'portrait',
      'portrait',
      'square',
      'landscape',
    ]);
  });
});
