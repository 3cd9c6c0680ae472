import { expect } from 'chai';
import { captionGroups } from '../../src/captions/group.ts';
import { toSrt } from '../../src/captions/srt.ts';
import { toVtt } from '../../src/captions/vtt.ts';
import { spoken } from './spoken.ts';

const FRAME = { width: 1080, height: 1920 };

describe('caption files', () => {
  const groups = captionGroups(
    [
      { w: 'Reefs', start: 0.5, end: 1 },
      { w: '<are>', start: 1, end: 1.75 },
      { w: 'old & wise', start: 3661.0666, end: 3662 },
    ],
    FRAME,
    { mode: 'sentence' },
  );

  it('number SubRip cues and put a comma before milliseconds', () => {
    expect(toSrt(groups)).to.equal(
      '1\n00:00:00,500 --> 00:00:02,150\nReefs <are>\n\n2\n01:01:01,067 --> 01:01:02,400\nold\u00a0& wise\n',
    );
  });

  it('escape WebVTT markup', () => {
    const text = toVtt(groups);
    expect(text.startsWith('WEBVTT\n\n00:00:00.500 --> 00:00:02.150\nReefs &lt;are&gt;\n\n')).to.equal(true);
    expect(text).to.include('\nold\u00a0&amp; wise\n');
  });

  it('keep the arrow of cue times out of the text', () => {
    const arrows = captionGroups(spoken('from --> to'), FRAME);
    expect(toSrt(arrows).match(/-->/g)).to.have.length(1);
    expect(toVtt(arrows).match(/-->/g)).to.have.length(1);
  });

  it('put two lines into one cue', () => {
    const cues = captionGroups(spoken('Reefs are built by tiny animals called polyps.'), FRAME);
    expect(toSrt(cues)).to.match(/^1\n00:00:00,000 --> [\d:,]+\nReefs are built by tiny\nanimals called polyps\.\n$/);
  });

  it('are empty for nothing said', () => {
    expect(toSrt([])).to.equal('');
    expect(toVtt([])).to.equal('WEBVTT\n');
  });
});
