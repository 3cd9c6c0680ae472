import { expect } from 'chai';
import { childEnvironment } from '../../src/ffmpeg/environment.ts';

describe('the environment of an ffmpeg process', () => {
  it('carries what a program needs and no secrets', () => {
    const child = childEnvironment({ PATH: '/bin', HOME: '/home/a', OPENAI_API_KEY: 'sk-1', LANG: undefined });
    expect(child).to.deep.equal({ AV_LOG_FORCE_NOCOLOR: '1', PATH: '/bin', HOME: '/home/a' });
  });

  it('adds what it is told', () => {
    expect(childEnvironment({}, { FONTCONFIG_FILE: '/x' })).to.include({ FONTCONFIG_FILE: '/x' });
  });
});
