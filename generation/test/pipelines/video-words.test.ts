import { expect } from 'chai';
import { moodOf } from '../../src/pipelines/mood-of.ts';
import { narratorFor } from '../../src/pipelines/narrator.ts';
import { titleCards } from '../../src/pipelines/title-cards.ts';
import { videoClock } from '../../src/pipelines/video-clock.ts';
import { videoRequest } from '../../src/pipelines/video-request.ts';
import { KeyphraseTable } from '../../src/script/keyphrases.ts';
import { REEFS } from '../script/reefs.ts';

const word = (w: string, start: number) => ({ w, start, end: start + 0.5 });
const narration = {
  seconds: 9,
  scenes: [
    { start: 0, end: 4, words: [word('One.', 0.03)] },
    { start: 4.45, end: 5, words: [word('Two.', 4.48)] },
    { start: 5.45, end: 9, words: [word('Three.', 5.48)] },
  ],
};

describe('the clock of a video', () => {
  const clock = videoClock(narration, 30);

  it('has a lead-in and a tail, and lasts whole frames', () => {
    expect(clock.durationSeconds).to.be.closeTo(0.4 + 9 + 1.2, 1 / 30);
    expect(clock.durationSeconds * 30).to.be.closeTo(Math.round(clock.durationSeconds * 30), 1e-9);
    expect(clock.words[1]?.start).to.be.closeTo(4.88, 1e-9);
  });

  it('changes scenes a moment before their first word, without gaps', () => {
    const [one, two, three] = clock.scenes;
    expect(one?.start).to.equal(0);
    expect(two?.start).to.be.closeTo(4.6, 1e-9);
    expect([one?.end, two?.end, three?.end]).to.eql([two?.start, three?.start, clock.durationSeconds]);
  });
});

describe('title cards', () => {
  const clock = videoClock(narration, 30);
  const scenes = ['First', 'Second', 'Third'].map((title) => ({ title, text: '' }));

  it('stand at the beginnings of scenes that are long enough', () => {
    expect(titleCards(scenes, clock).map(({ text }) => text)).to.eql(['First', 'Third']);
    for (const { start, end } of titleCards(scenes, clock)) expect(end - start).to.be.within(1, 3);
  });

  it('open with the subject when it is short', () => {
    expect(titleCards(scenes, clock, 'Tea')[0]?.text).to.equal('Tea');
    expect(titleCards(scenes, clock, 'Tea '.repeat(20))[0]?.text).to.equal('First');
  });
});

describe('the narrator', () => {
  const english = 'The sea is deep and it is the home of many fish that we know and of some that we do not.';
  const request = (args: { voice_name?: string; language?: string }) => videoRequest({ video_subject: 'x', ...args });

  it('speaks English by itself', () => {
    expect(narratorFor(request({}), english)).to.deep.include({ speaks: true });
  });

  it('leaves other languages to the captions, and says so', () => {
    const french = narratorFor(request({ language: 'fr' }), 'La mer est profonde.');
    expect(french.speaks).to.equal(false);
    expect(french.notice).to.contain('"fr"');
    const unknown = narratorFor(
      request({}),
      'Los arrecifes de coral cubren menos del uno por ciento del fondo del mar pero dan vida',
    );
    expect(unknown.notice).to.contain('a language other than English');
  });

  it('does what it is told', () => {
    expect(narratorFor(request({ voice_name: 'slt', language: 'fr' }), 'La mer.').voice.id).to.equal('flite:slt');
    expect(narratorFor(request({ voice_name: 'none' }), english)).to.deep.include({ speaks: false });
    expect(narratorFor(request({ voice_name: 'none' }), english).notice).to.equal(undefined);
  });
});

describe('the mood of a text', () => {
  it('follows its telling words, in English and Chinese', () => {
    expect(moodOf(REEFS)).to.equal('hopeful');
    expect(moodOf('The company grew its revenue and market share with a new product.')).to.equal('corporate');
    expect(moodOf('A storm, an earthquake and a flood.')).to.equal('dramatic');
    expect(moodOf('这个企业的产品和市场')).to.equal('corporate');
    expect(moodOf('Xyzzy.')).to.equal('hopeful');
  });
});

describe('keyphrases', () => {
  it('end before a verb and keep an adjective', () => {
    const table = new KeyphraseTable();
    table.add('Clippers raced home. Bleached reefs starve.');
    const found = table.best(4).map(({ text }) => text);
    expect(found).to.include.members(['Clippers', 'Bleached reefs starve']).and.not.include('Clippers raced home');
  });

  it('keep names together whose first word says nothing', () => {
    const table = new KeyphraseTable();
    table.add('New York painted its roofs. The Great Barrier Reef is far.');
    expect(table.best(4).map(({ text }) => text)).to.include.members(['New York', 'Great Barrier Reef']);
  });
});
