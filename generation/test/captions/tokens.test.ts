import { expect } from 'chai';
import { captionTokens, spaced } from '../../src/captions/tokens.ts';

function texts(...words: string[]): string[] {
  return captionTokens(words.map((w, index) => ({ w, start: index, end: index + 1 }))).map(({ text }) => text);
}

describe('captionTokens', () => {
  it('joins punctuation that a voice reported as a word of its own', () => {
    expect(texts('Hello', ',', 'world', '!')).to.deep.equal(['Hello,', 'world!']);
    expect(texts('(', 'maybe', ')')).to.deep.equal(['(maybe)']);
    expect(texts('“', 'Yes', '”', 'now')).to.deep.equal(['“Yes”', 'now']);
    expect(texts('…', 'well')).to.deep.equal(['… well'.replace(' ', '')]);
  });

  it('keeps a dash or an ampersand with the word before it, apart', () => {
    expect(texts('salt', '&', 'pepper')).to.deep.equal(['salt\u00a0&', 'pepper']);
    expect(texts('reefs', '–', 'old')).to.deep.equal(['reefs\u00a0–', 'old']);
  });

  it('shares the time of a word out among its pieces by their length', () => {
    const tokens = captionTokens([{ w: 'ab abcdef', start: 1, end: 5 }]);
    expect(tokens.map(({ start, end }) => [start, end])).to.deep.equal([
      [1, 2],
      [2, 5],
    ]);
  });

  it('drops what cannot be read and cannot do good', () => {
    expect(texts('a\u0000b', '\u202ec', '\u00ad', '\u2028')).to.deep.equal(['a', 'b', 'c']);
  });

  it('wants a space between words, but not inside Chinese', () => {
    const spaces = (...words: string[]) =>
      captionTokens(words.map((w, index) => ({ w, start: index, end: index + 1 }))).map(({ space }) => space);
    expect(spaces('two', 'words')).to.deep.equal([true, true]);
    expect(spaces('世界', '和平')).to.deep.equal([true, false]);
    expect(spaces('使用', 'AI')).to.deep.equal([true, true]);
  });

  it('tells how each token ends', () => {
    const endings = captionTokens(
      ['a', 'b,', 'c.', 'd?”', '好。', '好，'].map((w, index) => ({ w, start: index, end: index + 1 })),
    );
    expect(endings.map(({ ending }) => ending)).to.deep.equal([
      'open',
      'clause',
      'sentence',
      'sentence',
      'sentence',
      'clause',
    ]);
  });

  it('pulls apart words that a voice put at one time', () => {
    const tokens = spaced(captionTokens([0, 0, 0].map(() => ({ w: 'x', start: 1, end: 1 }))));
    expect(tokens.map(({ start }) => start)).to.deep.equal([1, 1.02, 1.04]);
  });

  it('refuses times that are no seconds, naming the word', () => {
    for (const [start, end] of [
      [Number.NaN, 1],
      [-1, 1],
      [2, 1],
      [0, Number.POSITIVE_INFINITY],
    ] as const) {
      expect(() =>
        captionTokens([
          { w: 'ok', start: 0, end: 1 },
          { w: 'bad', start, end },
        ]),
      ).to.throw('the word "bad" (number 2)');
    }
  });
});
