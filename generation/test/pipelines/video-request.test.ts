import { CallError, type ProgressReport } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { pictureSize } from '../../src/pipelines/picture-size.ts';
import { spokenLanguage } from '../../src/pipelines/spoken-language.ts';
import { STAGES, StageProgress } from '../../src/pipelines/stage-progress.ts';
import { videoRequest } from '../../src/pipelines/video-request.ts';

describe('the request for a video', () => {
  it('fills in what nobody said', () => {
    expect(videoRequest({ video_subject: 'Tea' })).to.deep.include({
      source: { kind: 'write', paragraphs: 3, targetSeconds: 35, sourceText: undefined },
      voice: { name: 'auto', rate: 1, volume: 1 },
      aspect: '9:16',
      quality: 'standard',
      captions: true,
      stopAfter: 'render',
    });
  });

  it('refuses words from two places, and advice on writing what is written', () => {
    for (const [args, path] of [
      [{ video_script: 'a', source_text: 'b' }, '/source_text'],
      [{ scenes: [{ text: 'a' }], video_script: 'b' }, '/video_script'],
      [{ video_script: 'a', paragraph_number: 2 }, '/paragraph_number'],
      [{ scenes: [{ text: 'a' }], target_duration_s: 20 }, '/target_duration_s'],
    ] as const) {
      expect(() => videoRequest({ video_subject: 'Tea', ...args }))
        .to.throw(CallError)
        .and.satisfy((error: CallError) => error.facts.issues?.[0]?.path === path);
    }
  });

  it('leaves captions out when either switch says so', () => {
    expect(videoRequest({ video_subject: 'x', subtitle_enabled: false }).captions).to.equal(false);
    expect(videoRequest({ video_subject: 'x', subtitle: { enabled: false } }).captions).to.equal(false);
  });
});

describe('picture sizes', () => {
  it('are the platforms’ own', () => {
    const sizes = (['9:16', '16:9', '1:1', '4:5', '3:4'] as const).map((aspect) => pictureSize(aspect, '1080p'));
    expect(sizes.map(({ width, height }) => `${width}x${height}`)).to.eql([
      '1080x1920',
      '1920x1080',
      '1080x1080',
      '1080x1350',
      '1080x1440',
    ]);
    expect(pictureSize('9:16', '480p')).to.eql({ width: 480, height: 854 });
    expect(pictureSize('16:9', '720p')).to.eql({ width: 1280, height: 720 });
  });
});

describe('the language of a text', () => {
  it('is what the caller says, else what the letters or the commonest words say', () => {
    const spanish =
      'Los arrecifes de coral cubren menos del uno por ciento del fondo del mar pero dan refugio a muchos peces';
    const english = 'Coral reefs cover less than one percent of the sea floor and they shelter a quarter of all fish';
    expect(spokenLanguage(english, 'fr_FR')).to.equal('fr');
    expect([english, spanish, '珊瑚礁很美', 'Blue whales'].map((text) => spokenLanguage(text, undefined))).to.eql([
      'en',
      'und',
      'zh',
      'en',
    ]);
  });
});

describe('progress over stages', () => {
  it('never falls, whatever the stages report, and ends at 1', () => {
    const step = fc.tuple(fc.constantFrom(...STAGES), fc.double({ min: -1, max: 2, noNaN: true }));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const reports: ProgressReport[] = [];
        const progress = new StageProgress((report) => void reports.push(report));
        for (const [stage, fraction] of steps) progress.at(stage, fraction);
        for (const stage of STAGES) progress.at(stage, 1);
        const fractions = reports.map(({ fraction }) => fraction);
        expect(fractions).to.eql([...fractions].sort((a, b) => a - b));
        expect(fractions.at(-1)).to.be.closeTo(1, 1e-9);
      }),
    );
  });

  it('names the stage and says something for a person', async () => {
    const reports: ProgressReport[] = [];
    const progress = new StageProgress((report) => void reports.push(report));
    expect(await progress.during('voice', async () => 5)).to.equal(5);
    expect(reports.map(({ stage, stageFraction }) => [stage, stageFraction])).to.eql([
      ['voice', 0],
      ['voice', 1],
    ]);
    expect(reports[0]?.message).to.contain('narration');
  });
});
