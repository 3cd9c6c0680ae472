import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { expect } from 'chai';
import { FACES, FONTS_DIRECTORY, fontRuns, isWide } from '../../src/captions/fonts.ts';
import { createTextMeasure } from '../../src/captions/measure.ts';

/** A table of a WOFF 1.0 file (W3C, §5). */
function table(file: string, tag: string): Buffer {
  const woff = readFileSync(join(FONTS_DIRECTORY, file));
  for (let entry = 44; entry < 44 + woff.readUInt16BE(12) * 20; entry += 20) {
    if (woff.toString('latin1', entry, entry + 4) !== tag) continue;
    const from = woff.readUInt32BE(entry + 4);
    const packed = woff.readUInt32BE(entry + 8);
    const bytes = woff.subarray(from, from + packed);
    return packed < woff.readUInt32BE(entry + 12) ? inflateSync(bytes) : bytes;
  }
  throw new Error(`${file} has no table ${tag}`);
}

describe('the caption faces', () => {
  const files = Object.values(FACES).flatMap((face) => face.files);

  it('are all there, and nothing else is: libass loads whatever lies in its fonts directory', () => {
    expect(readdirSync(FONTS_DIRECTORY).sort()).to.deep.equal([...files].sort());
  });

  it('come with their licence', () => {
    for (const name of ['inter-OFL.txt', 'noto-sans-sc-OFL.txt']) {
      expect(readFileSync(join(FONTS_DIRECTORY, '..', name), 'utf8')).to.include('SIL OPEN FONT LICENSE');
    }
  });

  for (const [name, face] of Object.entries(FACES)) {
    it(`${name} has the Windows ascent and descent that sizes are computed with`, () => {
      for (const file of face.files) {
        const em = table(file, 'head').readUInt16BE(18);
        const os2 = table(file, 'OS/2');
        expect(os2.readUInt16BE(74) / em, file).to.be.closeTo(face.ascent, 0.001);
        expect(os2.readUInt16BE(76) / em, file).to.be.closeTo(face.descent, 0.001);
      }
    });

    it(`${name} carries the family name libass selects by`, () => {
      for (const file of face.files) {
        const wide = Buffer.from(face.libass, 'utf16le').swap16();
        expect(table(file, 'name').includes(wide), file).to.equal(true);
      }
    });
  }

  it('share text out among themselves', () => {
    expect(fontRuns('使用AI，好', 'Inter ExtraBold')).to.deep.equal([
      { text: '使用', face: 'Noto Sans SC' },
      { text: 'AI', face: 'Inter ExtraBold' },
      { text: '，好', face: 'Noto Sans SC' },
    ]);
    expect([isWide('かな'), isWide('naïve'), isWide('한')]).to.deep.equal([true, false, true]);
  });

  it('measure in proportion to the size, by their own glyphs', () => {
    const measure = createTextMeasure();
    const at50 = measure.width('Reefs', 'Inter ExtraBold', 50);
    expect(measure.width('Reefs', 'Inter ExtraBold', 100)).to.be.closeTo(at50 * 2, 1e-6);
    expect(measure.width('iiii', 'Inter ExtraBold', 50)).to.be.below(measure.width('WWWW', 'Inter ExtraBold', 50) / 2);
    expect(measure.width('珊瑚', 'Inter ExtraBold', 50)).to.be.closeTo(101, 0.5);
    for (const text of ['Ąčę', 'Привет', 'Việt', 'Ελλάδα']) {
      expect(measure.width(text, 'Inter ExtraBold', 100) / [...text].length, text).to.be.within(45, 80);
    }
  });
});
