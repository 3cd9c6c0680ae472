import { expect } from 'chai';
import { readingSeconds } from '../../src/script/duration.ts';
import { scenesOf, titleOf } from '../../src/script/scenes.ts';
import { REEFS } from './reefs.ts';

const letters = (text: string) => text.replace(/\s+/gu, '');

describe('scenes', () => {
  it('say the whole script, each word once', () => {
    const scenes = scenesOf(REEFS);
    expect(letters(scenes.map(({ text }) => text).join(''))).to.equal(letters(REEFS));
  });

  it('are neither too short for a title nor too long for one picture idea', () => {
    for (const { text } of scenesOf(`Hello.\n\nWell.\n\n${REEFS}\n\nBye.`)) {
      expect(readingSeconds(text)).to.be.within(4, 20);
    }
  });

  it('carry different titles made of their own words', () => {
    const scenes = scenesOf(REEFS);
    expect(new Set(scenes.map(({ title }) => title)).size).to.equal(scenes.length);
    for (const { title, text } of scenes) {
      for (const word of title.toLowerCase().split(' ')) expect(text.toLowerCase()).to.contain(word);
    }
  });

  it('use their first words as a title when nothing stands out', () => {
    expect(titleOf('It is what it is.')).to.equal('It Is What');
  });

  it('keep Chinese titles together', () => {
    expect(titleOf('珊瑚礁养育鱼类。', 'zh')).not.to.contain(' ');
  });

  it('are none for an empty script', () => {
    expect(scenesOf(' \n ')).to.eql([]);
  });
});
