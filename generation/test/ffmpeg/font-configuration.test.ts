import { expect } from 'chai';
import { fontConfiguration } from '../../src/ffmpeg/font-configuration.ts';

describe('the private font configuration', () => {
  it('knows one folder of fonts, however it is called, and no other', () => {
    const text = fontConfiguration('/srv/a&b <c>', '/tmp/cache');
    expect(text.match(/<dir>.*<\/dir>/g)).to.deep.equal(['<dir>/srv/a&amp;b &lt;c&gt;</dir>']);
    expect(text).to.include('<cachedir>/tmp/cache</cachedir>');
    expect(text).not.to.include('<include');
  });
});
