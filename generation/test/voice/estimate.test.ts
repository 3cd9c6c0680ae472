import { expect } from 'chai';
import fc from 'fast-check';
import { estimateSpeech } from '../../src/voice/estimate.ts';

const words = (text: string): string[] => estimateSpeech(text, 1).words.map(({ w }) => w);

describe('estimated speech', () => {
  it('shows a spaced text word by word', () => {
    expect(words('Guten  Tag,\nWelt!')).to.deep.equal(['Guten', 'Tag,', 'Welt!']);
  });

  it('cuts scripts without spaces by the dictionary and lets punctuation hang on', () => {
    const cut = words('我们爱「海洋」，很大。');
    expect(cut.join('')).to.equal('我们爱「海洋」，很大。');
    expect(cut.length).to.be.within(3, 6);
    expect(cut.some((word) => /^[，。」]/u.test(word))).to.equal(false);
    expect(cut.some((word) => /「$/u.test(word))).to.equal(false);
  });

  it('keeps a narrator’s pace: about 150 English words or 250 Chinese characters a minute', () => {
    const english = 'The ocean covers most of our planet and we know very little of it. '.repeat(10);
    expect((140 / estimateSpeech(english, 1).durationSeconds) * 60).to.be.within(130, 190);
    const chinese = '海洋覆盖地球的大部分我们对它知之甚少'.repeat(10);
    expect((180 / estimateSpeech(chinese, 1).durationSeconds) * 60).to.be.within(220, 300);
  });

  it('gives longer words more time, rests at full stops, and follows the rate', () => {
    const [short, long] = estimateSpeech('No extraordinarily', 1).words.map(({ start, end }) => end - start);
    expect(long).to.be.above((short ?? 0) * 3);
    const [first, second] = estimateSpeech('End. Go', 1).words;
    expect((second?.start ?? 0) - (first?.end ?? 0)).to.be.above(0.3);
    const seconds = (rate: number): number => estimateSpeech('One two. Three, four', rate).durationSeconds;
    expect(seconds(2)).to.be.closeTo(seconds(1) / 2, 1e-9);
  });

  it('keeps order and loses nothing that can be seen, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (text) => {
        const { words: timed, durationSeconds } = estimateSpeech(text, 1);
        const seen = (part: string): string => part.replace(/\p{C}|\s/gu, '');
        expect(timed.map(({ w }) => seen(w)).join('')).to.equal(seen(text));
        let last = 0;
        for (const { start, end } of timed) {
          expect(start).to.be.at.least(last);
          expect(end).to.be.above(start);
          last = end;
        }
        expect(durationSeconds).to.be.at.least(last);
      }),
    );
  });

  it('does not dwell on a page without a space', () => {
    expect(estimateSpeech('7'.repeat(40_000), 1).durationSeconds).to.be.below(10);
  });
});
