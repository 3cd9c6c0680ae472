import { expect } from 'chai';
import { createGeneration } from '../../src/index.ts';

describe('warming up', () => {
  it('starts the threads before anybody asks, and never rejects', async () => {
    const generation = createGeneration({ threads: 1, ffmpegPath: '/no/such/ffmpeg', ollama: { detect: false } });
    expect(await generation.warm()).to.equal(undefined);
    await generation.close();
    expect(await generation.warm()).to.equal(undefined);
  });

  it('ends at once when the tools are closed in the middle of it', async () => {
    const generation = createGeneration({ threads: 1, ollama: { detect: false } });
    const warm = generation.warm();
    await generation.close();
    await warm;
  });
});
