import { expect } from 'chai';
import fc from 'fast-check';
import { assScript } from '../../src/captions/ass.ts';
import { placeLines } from '../../src/captions/caption-events.ts';
import { captionGroups } from '../../src/captions/group.ts';
import { groupText } from '../../src/captions/group-text.ts';
import { LONE_WORD_SHARE } from '../../src/captions/lines.ts';
import { createTextMeasure } from '../../src/captions/measure.ts';
import { safeArea, zones } from '../../src/captions/safe-area.ts';
import { blockHeight, captionStyle, type SubtitleStyle } from '../../src/captions/style.ts';
import type { TimedWord } from '../../src/timed-word.ts';
import { readEvents } from './reading.ts';

const measure = createTextMeasure();

const plain = fc.constantFrom(
  'a',
  'the',
  'reef',
  'ocean,',
  'extraordinary',
  'to',
  'is.',
  'life',
  'of',
  'water',
  '“Yes!”',
  'well-known',
);
const hostile = fc.constantFrom(
  '{\\b1}',
  '\\N',
  '\\',
  '}',
  '{',
  'a\\hb',
  '-->',
  '<i>',
  '\n',
  '',
  ' ',
  '\u202eabc',
  '(',
  ')',
  '–',
  '\\{',
  'x\\',
);
const chinese = fc.constantFrom('珊瑚礁是海洋的热带雨林。', '世界', '，', '百分之七十', '的', 'AI', '「水」');
const endless = fc.integer({ min: 15, max: 120 }).map((length) => 'W'.repeat(length));
const anyText = fc.oneof(
  { weight: 6, arbitrary: plain },
  { weight: 2, arbitrary: hostile },
  { weight: 2, arbitrary: chinese },
  { weight: 1, arbitrary: endless },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
);

/** Words with rising times; now and then a pause, no time at all, or two words at once. */
const narration: fc.Arbitrary<TimedWord[]> = fc
  .array(
    fc.record({
      w: anyText,
      length: fc.constantFrom(0, 0.08, 0.2, 0.5, 1.5),
      pause: fc.constantFrom(0, 0, 0, 0.05, 0.4, 2),
    }),
    {
      maxLength: 36,
    },
  )
  .map((pieces) => {
    let at = 0;
    return pieces.map(({ w, length, pause }) => {
      const start = at;
      at = start + length + pause;
      return { w, start, end: start + length };
    });
  });

const frame = fc.constantFrom(
  { width: 1080, height: 1920 },
  { width: 1920, height: 1080 },
  { width: 1080, height: 1080 },
  { width: 1080, height: 1350 },
  { width: 720, height: 960 },
  { width: 480, height: 854 },
  { width: 854, height: 480 },
);

const style: fc.Arbitrary<SubtitleStyle> = fc.record({
  mode: fc.constantFrom('word_highlight', 'phrase', 'sentence'),
  position: fc.constantFrom('bottom', 'center', 'top', 'custom'),
  custom_position: fc.integer({ min: 0, max: 100 }),
  background: fc.constantFrom('none', 'box', 'pill'),
  font_size: fc.constantFrom(40, 70, 120, 240),
  stroke_width: fc.constantFrom(0, 4, 20),
});

/** What a reader should find of the words: everything but control characters and white space, in order. */
function letters(words: readonly string[]): string {
  return words
    .join('')
    .normalize('NFC')
    .replace(/[\p{Cc}\u00ad\u200b\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\s]+/gu, '');
}

describe('captions of any words in any frame', () => {
  it('stay inside the safe area, by a measurement of each finished line', () => {
    fc.assert(
      fc.property(narration, frame, style, (words, size, look) => {
        const safe = safeArea(size);
        const decided = captionStyle(size, look);
        const band = zones(size, decided.place, blockHeight(decided)).caption;
        for (const group of captionGroups(words, size, look, measure)) {
          expect(group.lines.length).to.be.within(1, 2);
          for (const line of placeLines(group, decided, band)) {
            const [text = ''] = groupText({ ...group, lines: [line] }).split('\n');
            const half = measure.width(text, decided.face, group.em) / 2 / 1.01 + decided.strokeWidth;
            expect(line.middle - half, `left of «${text}»`).to.be.at.least(safe.left - 0.5);
            expect(line.middle + half, `right of «${text}»`).to.be.at.most(safe.right + 0.5);
            expect(line.baseline - 0.76 * group.em, `top of «${text}»`).to.be.at.least(safe.top - 0.5);
            expect(line.baseline + 0.25 * group.em, `foot of «${text}»`).to.be.at.most(safe.bottom + 0.5);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('follow each other without overlap and leave no word alone', () => {
    fc.assert(
      fc.property(narration, frame, style, (words, size, look) => {
        const groups = captionGroups(words, size, look, measure);
        const tokens = groups.flatMap((group) => group.lines.flatMap((line) => line.tokens));
        groups.forEach((group, index) => {
          expect(group.end).to.be.greaterThan(group.start);
          expect(group.end).to.be.at.most(groups[index + 1]?.start ?? Number.POSITIVE_INFINITY);
          const count = group.lines.reduce((sum, line) => sum + line.tokens.length, 0);
          if (tokens.length > 1) expect(count, groupText(group)).to.be.at.least(2);
          const widest = Math.max(...group.lines.map((line) => line.width));
          for (const line of group.lines) {
            if (line.tokens.length > 1 || count <= 2) continue;
            expect(line.width, groupText(group)).to.be.at.least(widest * LONE_WORD_SHARE - 0.01);
          }
        });
        tokens.forEach((token, index) => {
          expect(token.end).to.be.greaterThan(token.start);
          expect(token.start).to.be.greaterThan(tokens[index - 1]?.start ?? -1);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('show every word once, in order, whatever is in it, in the groups and in the script', () => {
    fc.assert(
      fc.property(narration, frame, style, (words, size, look) => {
        const expected = letters(words.map(({ w }) => w));
        const groups = captionGroups(words, size, look, measure);
        expect(letters(groups.map(groupText))).to.equal(expected);
        const events = readEvents(assScript({ frame: size, words, style: look }));
        const shown = events.filter((event) => event.style === 'Text' && event.layer === 2);
        expect(letters(shown.map((event) => event.text))).to.equal(expected);
        for (const event of shown) expect(event.text).not.to.include('\n');
      }),
      { numRuns: 150 },
    );
  });
});
