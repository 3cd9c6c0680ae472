import { expect } from 'chai';
import fc from 'fast-check';
import { alignWords } from '../../src/voice/align.ts';
import { parsePhoneGroups, parseTimedPhones, phoneDistance, type TimedPhone } from '../../src/voice/phones.ts';

/** Phones of a tenth of a second each. */
function spoken(phones: string): TimedPhone[] {
  return phones.split(' ').map((phone, i) => ({ phone, start: i / 10, end: (i + 1) / 10 }));
}

function times(words: readonly string[], phones: string): string[] {
  const { spans } = alignWords(
    words.map((word) => word.split(' ').filter(Boolean)),
    spoken(phones),
  );
  return spans.map(({ start, end }) => `${start.toFixed(1)}-${end.toFixed(1)}`);
}

describe('alignment', () => {
  it('gives every word its phones when speech is as the dictionary says', () => {
    expect(times(['hh ax l ow', 'w er l d'], 'pau hh ax l ow pau w er l d pau')).to.deep.equal(['0.1-0.5', '0.6-1.0']);
    expect(alignWords([['hh', 'ax']], spoken('pau hh ax pau')).cost).to.equal(0);
  });

  it('finds words whose sounds their neighbours changed', () => {
    expect(times(['dh ax', 'eh n d'], 'pau dh iy eh n d pau')).to.deep.equal(['0.1-0.3', '0.3-0.6']);
    expect(times(['ey', 'd aa g z'], 'pau ax d aa g s pau')).to.deep.equal(['0.1-0.2', '0.2-0.6']);
  });

  it('finds words when sounds were added or left out', () => {
    expect(times(['ae n d', 'g ow'], 'pau ae n g ow pau')).to.deep.equal(['0.1-0.3', '0.3-0.5']);
    expect(times(['g ow', 'ih n'], 'pau g ow w ih n pau')).to.deep.equal(['0.1-0.4', '0.4-0.6']);
  });

  it('never lets a word reach across a pause that a neighbour can take', () => {
    expect(times(['ax', 'ax b'], 'ax pau ax b')).to.deep.equal(['0.0-0.1', '0.2-0.4']);
    expect(times(['b ax', 'ax b'], 'b ax pau uw ax b')).to.deep.equal(['0.0-0.2', '0.3-0.6']);
  });

  it('costs more, the less the two agree', () => {
    const words = [
      ['b', 'aa'],
      ['k', 'iy'],
    ];
    const cost = (phones: string): number => alignWords(words, spoken(phones)).cost;
    expect(cost('b aa k iy')).to.equal(0);
    expect(cost('b ae k iy')).to.be.within(0.01, 0.1);
    expect(cost('s s s s')).to.be.above(0.5);
  });

  it('keeps words in order and inside the speech, whatever it is given', () => {
    const phone = fc.constantFrom('pau', 'ax', 'b', 'd', 's', 'iy', 'n');
    const words = fc.array(fc.array(fc.constantFrom('ax', 'b', 'd', 's', 'iy'), { maxLength: 5 }), { maxLength: 8 });
    fc.assert(
      fc.property(words, fc.array(phone, { maxLength: 30 }), (expected, heard) => {
        const { spans } = alignWords(expected, heard.length === 0 ? [] : spoken(heard.join(' ')));
        expect(spans.length).to.equal(expected.length);
        let last = 0;
        for (const { start, end } of spans) {
          expect(start).to.be.at.least(last);
          expect(end).to.be.at.least(start);
          expect(end).to.be.at.most(heard.length / 10 + 1e-9);
          last = end;
        }
      }),
    );
  });
});

describe('phones', () => {
  it('are read with their times', () => {
    expect(parseTimedPhones('pau:0.25 hh:0.3 \n')).to.deep.equal([
      { phone: 'pau', start: 0, end: 0.25 },
      { phone: 'hh', start: 0.25, end: 0.3 },
    ]);
  });

  it('are refused when the engine prints anything else, or time runs backwards', () => {
    for (const printed of ['segmentation fault', 'hh:abc', 'hh:0.3 ow:0.2']) {
      expect(() => parseTimedPhones(printed), printed).to.throw(SyntaxError, 'Cannot read the phones');
    }
  });

  it('are cut to groups at pauses', () => {
    expect(parsePhoneGroups('pau hh ax pau pau w er pau\n')).to.deep.equal([
      ['hh', 'ax'],
      ['w', 'er'],
    ]);
    expect(parsePhoneGroups('')).to.deep.equal([]);
  });

  it('are near when they sound alike', () => {
    expect(phoneDistance('s', 's')).to.equal(0);
    expect(phoneDistance('s', 'z')).to.be.below(phoneDistance('s', 'b'));
    expect(phoneDistance('ax', 'iy')).to.be.below(phoneDistance('ax', 't'));
  });
});
