import { expect } from 'chai';
import fc from 'fast-check';
import { paragraphsOf, SEGMENT_CHARACTERS, sentencesOf, slicesOf } from '../../src/script/sentences.ts';

const texts = (text: string, language?: string) => [...sentencesOf(text, language)].map((sentence) => sentence.text);

describe('sentences', () => {
  it('keeps abbreviations, initials and quoted speech whole', () => {
    expect(texts('Said Dr. Smith of the U.S. agency in Jan. 2020. "Really?" she said. J. R. R. Tolkien wrote.')).to.eql(
      ['Said Dr. Smith of the U.S. agency in Jan. 2020.', '"Really?" she said.', 'J. R. R. Tolkien wrote.'],
    );
  });

  it('ends Chinese sentences at their own full stop', () => {
    expect(texts('珊瑚礁很美。你知道吗？当然！', 'zh')).to.eql(['珊瑚礁很美。', '你知道吗？', '当然！']);
  });

  it('takes a language tag that Intl refuses for no language', () => {
    expect(texts('One. Two.', 'not a tag')).to.eql(['One.', 'Two.']);
  });

  it('counts paragraphs', () => {
    expect([...sentencesOf('One. Two.\n\nThree.')].map(({ paragraph }) => paragraph)).to.eql([0, 0, 1]);
  });

  it('never hands the segmenter a string it would choke on', () => {
    expect(Math.max(...slicesOf('word '.repeat(5000)).map((slice) => slice.length))).to.be.at.most(SEGMENT_CHARACTERS);
  });

  it('cuts a long run of characters between characters, not inside one', () => {
    expect(slicesOf('🐠'.repeat(3000)).some((slice) => /\p{Cs}/u.test(slice))).to.equal(false);
  });

  it('gives every letter of the text once and in order', () => {
    const letters = (text: string) => text.replace(/\s+/gu, '');
    const prose = fc.array(fc.constantFrom('Reefs grow', 'slowly.', 'Dr. X', '?', '珊瑚。', ' ', 'a b', '!', '“So”'), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(prose, (parts) => {
        const text = parts.join(' ');
        expect(letters(texts(text).join(''))).to.equal(letters(text));
      }),
      { numRuns: 60 },
    );
  });
});

describe('paragraphs', () => {
  it('joins hard-wrapped lines and parts them at blank lines', () => {
    expect(paragraphsOf('a line that\ngoes on\n\nanother')).to.eql(['a line that goes on', 'another']);
  });

  it('parts at bullets, which it drops, and at lines that end like sentences', () => {
    expect(paragraphsOf('- one\n- and two\nDone.\nNext')).to.eql(['one', 'and two Done.', 'Next']);
  });

  it('takes a short line above a long one for a heading', () => {
    expect(paragraphsOf('Coral reefs\nThey cover less than one percent of the ocean floor.')).to.have.length(2);
  });

  it('joins wrapped lines of a script without spaces without a space', () => {
    expect(paragraphsOf('珊瑚礁\n很美')).to.eql(['珊瑚礁很美']);
  });
});
