import { expect } from 'chai';
import { measureLoudness } from '../../src/audio/loudness.ts';
import { decodeWav } from '../../src/audio/wav.ts';
import { generateMusic } from '../../src/tools/generate-music.ts';
import { type StudioHost, studioHost } from '../studio-host.ts';
import { contentOf } from '../tool-context.ts';

describe('generate_music', () => {
  let host: StudioHost;
  before(async () => {
    host = await studioHost(1);
  });
  after(() => host.close());
  const tool = () => generateMusic(host.studio, () => 0.5);

  it('stores a piece of exactly the length asked for, that can be heard', async () => {
    const made = await tool().run({ mood: 'calm', duration: 3.5, seed: 1 }, host.context());
    expect(made).to.include({ format: 'wav', mood: 'calm', seed: 1, duration: 3.5, audio_file: made.asset?.url });
    const pcm = decodeWav(await contentOf(host, made.asset?.asset_id ?? ''));
    expect(pcm.channels).to.have.length(2);
    expect(pcm.channels[0]?.length).to.equal(3.5 * pcm.sampleRate);
    expect(measureLoudness(pcm).integratedLufs).to.be.within(-25, -10);
  });

  it('makes the same piece for the same seed and another for another', async () => {
    const hash = async (seed: number, bpm?: number) => {
      host.memo.clear();
      const args = { mood: 'playful', duration: 2, seed, ...(bpm !== undefined && { bpm }) } as const;
      return (await tool().run(args, host.context())).asset?.sha256;
    };
    expect(await hash(7)).to.equal(await hash(7));
    expect(await hash(8)).not.to.equal(await hash(7));
    expect(await hash(7, 60)).not.to.equal(await hash(7, 180));
  });

  it('draws a seed once and tells it', async () => {
    host.memo.clear();
    const ctx = host.context();
    const first = await tool().run({ duration: 1 }, ctx);
    expect(first.seed).to.equal(2 ** 31);
    const again = await generateMusic(host.studio, () => expect.fail('drawn twice')).run(
      { duration: 1 },
      host.context(),
    );
    expect(again.asset?.asset_id).to.be.a('string').and.equal(first.asset?.asset_id);
    expect(ctx.reports.at(-1)).to.include({ fraction: 1 });
  });

  it('makes nothing in a dry run', async () => {
    const before = host.assets.size;
    const foreseen = await tool().run({ duration: 9, mood: 'dark' }, host.context({ dryRun: true }));
    expect(foreseen).to.eql({ duration: 9, format: 'wav', mood: 'dark' });
    expect(host.assets.size).to.equal(before);
  });

  it('encodes', async () => {
    const { asset } = await tool().run({ duration: 1, seed: 1, format: 'mp3' }, host.context());
    expect(asset).to.include({ mime: 'audio/mpeg', extension: 'mp3' });
    expect(asset?.bytes).to.be.within(5000, 60_000);
  });
});
