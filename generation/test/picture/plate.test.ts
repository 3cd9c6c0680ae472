import { expect } from 'chai';
import { checkPlateSize, plateFromRgba, plateSize } from '../../src/picture/plate.ts';

const WIDTH = 64;
const HEIGHT = 64;

/** A plate of one colour, as the means of its three planes. */
function planes(red: number, green: number, blue: number): [number, number, number] {
  const rgba = new Uint8Array(WIDTH * HEIGHT * 4);
  for (let at = 0; at < rgba.length; at += 4) rgba.set([red, green, blue, 255], at);
  const { data } = plateFromRgba(rgba, WIDTH, HEIGHT);
  const mean = (from: number, to: number) => data.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
  const luma = WIDTH * HEIGHT;
  return [mean(0, luma), mean(luma, luma * 1.25), mean(luma * 1.25, luma * 1.5)];
}

describe('plateFromRgba', () => {
  // Rounded values of ITU-R BT.709 for 8 bits, limited range.
  const known: [string, [number, number, number], [number, number, number]][] = [
    ['black', [0, 0, 0], [16, 128, 128]],
    ['white', [255, 255, 255], [235, 128, 128]],
    ['red', [255, 0, 0], [63, 102, 240]],
    ['green', [0, 255, 0], [173, 42, 26]],
    ['blue', [0, 0, 255], [32, 240, 118]],
    ['grey', [128, 128, 128], [126, 128, 128]],
  ];
  for (const [name, colour, expected] of known) {
    it(`gives ${name} its BT.709 codes`, () => {
      const found = planes(...colour);
      found.forEach((value, plane) => {
        expect(value).to.be.closeTo(expected[plane] ?? 0, 0.6);
      });
    });
  }

  it('keeps the mean of a colour between two codes, so that gradients do not band', () => {
    const [dark] = planes(20, 20, 20);
    const [lighter] = planes(21, 21, 21);
    expect(lighter - dark).to.be.closeTo(219 / 255, 0.05);
  });

  it('puts the U plane before the V plane, a quarter of the size each', () => {
    const rgba = new Uint8Array(16 * 16 * 4);
    for (let at = 0; at < rgba.length; at += 4) rgba.set(at % 64 < 32 ? [255, 0, 0, 255] : [0, 0, 255, 255], at);
    const plate = plateFromRgba(rgba, 16, 16);
    expect(plate.data).to.have.length(384);
    expect([...plate.data.slice(256, 264)]).to.deep.equal([102, 102, 102, 102, 240, 240, 240, 240]);
    expect([...plate.data.slice(320, 328)]).to.deep.equal([240, 240, 240, 240, 118, 118, 118, 118]);
  });

  it('reads pixels that do not start on a word border', () => {
    const bytes = new Uint8Array(16 * 16 * 4 + 1).fill(255);
    const aligned = plateFromRgba(new Uint8Array(16 * 16 * 4).fill(255), 16, 16);
    expect(plateFromRgba(bytes.subarray(1), 16, 16)).to.deep.equal(aligned);
  });

  it('refuses bytes that are not the size they claim', () => {
    expect(() => plateFromRgba(new Uint8Array(12), 16, 16)).to.throw('from 12 bytes');
  });
});

describe('plate sizes', () => {
  it('refuses what the kernel could not read, quoting it', () => {
    expect(() => checkPlateSize(1242, 2208)).to.throw('"1242×2208": the width must be a multiple of 16');
    expect(() => checkPlateSize(1248, 2207)).to.throw('the height even');
    expect(() => checkPlateSize(16.5, 20)).to.throw('whole numbers');
    expect(() => checkPlateSize(0, 20)).to.throw('whole numbers');
    expect(() => checkPlateSize(10016, 20)).to.throw('whole numbers from 16 to 10000');
  });

  it('rounds up to a size that can be painted', () => {
    expect(plateSize(1080, 1920)).to.deep.equal({ width: 1248, height: 2208 });
    expect(plateSize(1280, 720, 1.2)).to.deep.equal({ width: 1536, height: 864 });
    for (const [width, height] of [
      [333, 777],
      [1081, 607],
    ] as const) {
      const size = plateSize(width, height);
      expect(() => checkPlateSize(size.width, size.height)).not.to.throw();
    }
  });
});
