import { expect } from 'chai';
import { captionGroups } from '../../src/captions/group.ts';
import { groupText } from '../../src/captions/group-text.ts';
import type { SubtitleStyle } from '../../src/captions/style.ts';
import { spoken } from './spoken.ts';

const TALL = { width: 1080, height: 1920 };
const WIDE = { width: 1920, height: 1080 };
const REEFS =
  'Coral reefs cover less than one percent of the ocean floor, yet they shelter a quarter of all marine life. ' +
  'Reefs are built by tiny animals called polyps.';

function texts(text: string, frame = TALL, style: SubtitleStyle = {}): string[] {
  return captionGroups(spoken(text), frame, style).map(groupText);
}

describe('captionGroups', () => {
  it('breaks at clauses, in lines of even length', () => {
    expect(texts('Reefs are built by tiny animals called polyps. They need clear, warm water.')).to.deep.equal([
      'Reefs are built by tiny\nanimals called polyps.',
      'They need clear,\nwarm water.',
    ]);
  });

  it('never runs a caption over the end of a sentence when both sides have words enough', () => {
    for (const text of texts(REEFS)) expect(text.replace('\n', ' ').slice(0, -1)).not.to.match(/[.!?] /);
  });

  it('keeps a sentence of one word with its neighbours', () => {
    const groups = texts('Yes. Coral reefs are very old, and they are dying. Why?');
    for (const text of groups) expect(text.split(/\s/).length).to.be.at.least(2);
  });

  it('shows a single word when that is all', () => {
    expect(texts('Reefs')).to.deep.equal(['Reefs']);
    expect(captionGroups([], TALL)).to.deep.equal([]);
    expect(captionGroups([{ w: ' ', start: 0, end: 1 }], TALL)).to.deep.equal([]);
  });

  it('does not leave an article or a preposition at the end of a caption when it can help it', () => {
    for (const text of texts(REEFS, WIDE)) expect(text).not.to.match(/ (a|the|of|to|by)$/);
  });

  it('puts more on a line of a wide frame', () => {
    expect(texts(REEFS, WIDE).length).to.be.at.most(texts(REEFS, TALL).length);
    expect(Math.max(...texts(REEFS, WIDE).map((text) => (text.split('\n')[0] ?? '').length))).to.be.greaterThan(24);
  });

  it('shows one word at a time, or whole sentences, when asked to', () => {
    expect(texts('Reefs are old.', TALL, { mode: 'word' })).to.deep.equal(['Reefs', 'are', 'old.']);
    expect(texts('Reefs are old. They are alive.', WIDE, { mode: 'sentence' })).to.deep.equal([
      'Reefs are old.',
      'They are alive.',
    ]);
  });

  it('shrinks the type for a word that is wider than a line, and cuts one that would become too small', () => {
    const [long] = captionGroups(spoken('Donaudampfschifffahrtsgesellschaft'), TALL);
    expect(long?.em).to.be.below(76);
    expect(long && groupText(long)).to.equal('Donaudampfschifffahrtsgesellschaft');
    const endless = captionGroups(spoken('x'.repeat(300)), TALL);
    expect(endless.map((group) => groupText(group).replaceAll('\n', '')).join('')).to.equal('x'.repeat(300));
    for (const group of endless) expect(group.em).to.be.greaterThan(40);
  });

  it('stays on the screen over a short pause and leaves during a long one', () => {
    const words = [
      ...spoken('First we look here.', 1),
      ...spoken('Then we look there.', 2.6),
      ...spoken('Last we rest.', 9),
    ];
    const [first, second, third] = captionGroups(words, TALL);
    expect(first?.start).to.equal(1);
    expect(first?.end).to.equal(second?.start);
    expect(second?.end).to.be.within(3.9, 4.6);
    expect(third?.start).to.equal(9);
  });

  it('breaks Chinese between words, without spaces, particles kept with what they follow', () => {
    const words = [
      { w: '珊瑚礁覆盖不到百分之一的海底，', start: 0, end: 3 },
      { w: '却养育了四分之一的海洋生物。', start: 3.1, end: 6 },
    ];
    const groups = captionGroups(words, TALL).map(groupText);
    expect(groups.join('').replaceAll('\n', '')).to.equal(words.map(({ w }) => w).join(''));
    for (const line of groups.join('\n').split('\n')) {
      expect(line).not.to.match(/^[，。的]/);
      expect(line).not.to.include(' ');
    }
  });
});
