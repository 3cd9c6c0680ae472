import { expect } from 'chai';
import fc from 'fast-check';
import { type Box, type CaptionPlace, frameShape, safeArea, zones } from '../../src/captions/safe-area.ts';
import { captionStyle, type SubtitleStyle } from '../../src/captions/style.ts';

const TALL = { width: 1080, height: 1920 };

describe('safeArea', () => {
  it('leaves the platforms their borders on tall video', () => {
    const safe = safeArea(TALL);
    expect(safe.top).to.be.closeTo(230.4, 0.1);
    expect(safe.bottom).to.be.closeTo(1574.4, 0.1);
    expect(safe.left).to.be.closeTo(75.6, 0.1);
    expect(safe.right).to.be.closeTo(1004.4, 0.1);
  });

  it('tells the aspects of the catalogue apart', () => {
    const shapes = [
      [1080, 1920],
      [1080, 1350],
      [720, 960],
      [1080, 1080],
      [1920, 1080],
    ].map(([width = 0, height = 0]) => frameShape({ width, height }));
    expect(shapes).to.deep.equal(['tall', 'portrait', 'portrait', 'square', 'landscape']);
  });
});

describe('zones', () => {
  const places: fc.Arbitrary<CaptionPlace> = fc.oneof(
    fc.constantFrom<CaptionPlace>({ at: 'bottom' }, { at: 'top' }, { at: 'center' }),
    fc.integer({ min: 0, max: 100 }).map((percent): CaptionPlace => ({ at: 'custom', percent })),
  );
  const frames = fc.record({ width: fc.integer({ min: 64, max: 4000 }), height: fc.integer({ min: 64, max: 4000 }) });

  it('never touch each other and never leave the safe area', () => {
    fc.assert(
      fc.property(frames, places, fc.double({ min: 0.02, max: 0.9, noNaN: true }), (frame, place, share) => {
        const safe = safeArea(frame);
        const { caption, title, callout } = zones(frame, place, frame.height * share);
        const boxes = [caption, title, callout]
          .filter((box): box is Box => box !== undefined)
          .sort((a, b) => a.top - b.top);
        for (const [index, box] of boxes.entries()) {
          expect(box.bottom).to.be.greaterThan(box.top);
          expect(box.top).to.be.at.least(safe.top - 0.01);
          expect(box.bottom).to.be.at.most(safe.bottom + 0.01);
          const following = boxes[index + 1];
          if (following) expect(following.top).to.be.greaterThan(box.bottom);
        }
      }),
    );
  });

  it('have room for all three in every usual frame, with captions at the foot', () => {
    for (const [width, height] of [
      [1080, 1920],
      [1920, 1080],
      [1080, 1080],
      [1080, 1350],
    ] as const) {
      const found = zones({ width, height }, { at: 'bottom' }, height * 0.14);
      expect(found.title, `${width}×${height}`).not.to.equal(undefined);
      expect(found.callout, `${width}×${height}`).not.to.equal(undefined);
    }
  });

  it('put captions where they were asked for', () => {
    const at = (place: CaptionPlace) => zones(TALL, place, 200).caption;
    expect(at({ at: 'bottom' }).bottom).to.be.closeTo(1574.4, 0.1);
    expect(at({ at: 'top' }).top).to.be.closeTo(230.4, 0.1);
    const { top, bottom } = at({ at: 'custom', percent: 40 });
    expect((top + bottom) / 2).to.be.closeTo(768, 0.1);
  });
});

describe('captionStyle', () => {
  it('scales sizes given for 1080 to the frame', () => {
    expect(captionStyle(TALL, { font_size: 80, stroke_width: 6 })).to.include({ em: 80, strokeWidth: 6 });
    expect(captionStyle({ width: 540, height: 960 }, { font_size: 80, stroke_width: 6 })).to.include({
      em: 40,
      strokeWidth: 3,
    });
  });

  it('gives text on a ground no outline unless it is asked for', () => {
    expect(captionStyle(TALL).strokeWidth).to.be.greaterThan(2);
    expect(captionStyle(TALL, { background: 'box' }).strokeWidth).to.equal(0);
    expect(captionStyle(TALL, { background: 'pill', stroke_width: 2 }).strokeWidth).to.equal(2);
  });

  it('refuses what it cannot do, naming the field, the value and the choice', () => {
    const refused: [SubtitleStyle, string][] = [
      [{ font: 'Comic Sans' }, 'the subtitle font "Comic Sans": give one of Inter, '],
      [{ font: 'constructor' }, 'the subtitle font "constructor"'],
      [{ font_size: 5 }, 'the subtitle font_size "5": give a number from 12 to 240'],
      [{ font_size: Number.NaN }, 'the subtitle font_size "NaN"'],
      [{ stroke_width: 21 }, 'the subtitle stroke_width "21"'],
      [{ color: 'red' }, 'the subtitle color "red": give #rrggbb'],
      [{ color: '#FFFFFF&\\1c' }, 'the subtitle color'],
      [{ highlight_color: '#12345' }, 'the subtitle highlight_color'],
      [{ background_color: '#1234567' }, '#rrggbb or #rrggbbaa'],
      [{ mode: 'karaoke' as 'word' }, 'the subtitle mode "karaoke": give one of word_highlight'],
      [{ position: 'left' as 'top' }, 'the subtitle position "left"'],
      [{ position: 'custom', custom_position: 101 }, 'the subtitle custom_position "101"'],
      [{ background: 'glass' as 'box' }, 'the subtitle background "glass"'],
    ];
    for (const [style, message] of refused) expect(() => captionStyle(TALL, style)).to.throw(message);
    expect(() => captionStyle({ width: 10, height: 1920 })).to.throw('"10×1920"');
  });
});
