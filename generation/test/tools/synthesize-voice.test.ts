import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { decodeWav } from '../../src/audio/wav.ts';
import type { Ffmpeg } from '../../src/ffmpeg/resolve-ffmpeg.ts';
import { createStudio } from '../../src/pipelines/studio.ts';
import { listVoices } from '../../src/tools/list-voices.ts';
import { synthesizeVoice } from '../../src/tools/synthesize-voice.ts';
import { type StudioHost, studioHost } from '../studio-host.ts';
import { contentOf, testHost } from '../tool-context.ts';

const text = 'Reefs are alive. They need light.';
const caught = async (work: Promise<unknown>) => work.catch((error: unknown) => error);

describe('synthesize_voice', () => {
  let host: StudioHost;
  before(async () => {
    host = await studioHost(1);
  });
  after(() => host.close());

  it('stores a recording and tells when each word is spoken', async () => {
    const spoken = await synthesizeVoice(host.studio).run({ text, voice_name: 'auto' }, host.context());
    expect(spoken).to.include({ format: 'wav', voice: 'flite:rms', timing_quality: 'exact' });
    expect(spoken.audio_file).to.be.a('string').and.equal(spoken.asset?.url);
    expect(spoken.words?.map(({ w }) => w)).to.eql(['Reefs', 'are', 'alive.', 'They', 'need', 'light.']);
    const pcm = decodeWav(await contentOf(host, spoken.asset?.asset_id ?? ''));
    expect((pcm.channels[0]?.length ?? 0) / pcm.sampleRate).to.be.closeTo(spoken.duration, 1e-3);
    expect(spoken.duration).to.be.within(1.5, 4);
  });

  it('speaks once and leaves the times out when asked to', async () => {
    const before = host.runs.get('speech');
    const spoken = await synthesizeVoice(host.studio).run({ text, voice_name: 'rms', timings: false }, host.context());
    expect(host.runs.get('speech')).to.equal(before);
    expect(spoken).not.to.have.property('words');
  });

  it('speaks faster and quieter when asked to', async () => {
    const peak = async (volume: number, rate: number) => {
      const args = { text, voice_name: 'awb', voice_volume: volume, voice_rate: rate };
      const spoken = await synthesizeVoice(host.studio).run(args, host.context());
      const [samples = new Float32Array(1)] = decodeWav(await contentOf(host, spoken.asset?.asset_id ?? '')).channels;
      return { peak: samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0), seconds: spoken.duration };
    };
    const [normal, other] = [await peak(1, 1), await peak(0.5, 1.6)];
    expect(other.seconds).to.be.closeTo(normal.seconds / 1.6, 0.3);
    expect(other.peak).to.be.closeTo(normal.peak / 2, normal.peak * 0.15);
  });

  it('encodes what ffmpeg has an encoder for', async function () {
    if (CallError.is(await caught(host.studio.ffmpeg()))) {
      console.log('      skipped: needs ffmpeg, which is not installed');
      this.skip();
    }
    for (const [format, mime, magic] of [
      ['mp3', 'audio/mpeg', /^ID3|^\u00ff/u],
      ['aac', 'audio/mp4', /ftyp/u],
      ['flac', 'audio/flac', /^fLaC/u],
    ] as const) {
      const { asset } = await synthesizeVoice(host.studio).run({ text, voice_name: 'awb', format }, host.context());
      expect(asset?.mime).to.equal(mime);
      expect((await contentOf(host, asset?.asset_id ?? '')).subarray(0, 16).toString('latin1')).to.match(magic);
    }
  });

  it('names the formats there are when an encoder is missing', async () => {
    const poor: Ffmpeg = { path: 'ffmpeg', origin: 'PATH', version: '1', encoders: ['flac'], filters: [] };
    const tool = synthesizeVoice(createStudio(host.threads, async () => poor));
    const error = await caught(tool.run({ text: 'Other words.', voice_name: 'awb', format: 'opus' }, host.context()));
    expect(CallError.is(error) && [error.errorName, error.facts.details]).to.eql([
      'NOT_IMPLEMENTED',
      { reason: 'engine_missing', formats: ['wav', 'flac'] },
    ]);
  });

  it('refuses silent and unknown voices and languages that the voice does not speak', async () => {
    for (const args of [
      { text, voice_name: 'none' },
      { text, voice_name: 'nobody' },
      { text, voice_name: 'awb', language: 'fr' },
    ]) {
      const error = await caught(synthesizeVoice(host.studio).run(args, host.context()));
      expect(CallError.is(error) && error.errorName, JSON.stringify(args)).to.equal('INVALID_PARAMS');
    }
  });

  it('makes nothing in a dry run, but tells about how long it would be', async () => {
    const before = host.assets.size;
    const args = { text, voice_name: 'awb', format: 'mp3' } as const;
    const foreseen = await synthesizeVoice(host.studio).run(args, host.context({ dryRun: true }));
    expect(foreseen).to.include({ timing_quality: 'estimated', format: 'mp3' }).and.not.have.any.keys('asset');
    expect(foreseen.duration).to.be.within(1.5, 5);
    expect(host.assets.size).to.equal(before);
  });

  it('stops when it is cancelled', async () => {
    const stop = new AbortController();
    const work = caught(
      synthesizeVoice(host.studio).run(
        { text: `${text} `.repeat(50), voice_name: 'awb' },
        host.context({ signal: stop.signal }),
      ),
    );
    stop.abort(new CallError('CANCELLED'));
    expect(await work).to.have.property('errorName', 'CANCELLED');
  });
});

describe('list_voices', () => {
  it('lists the default first, and filters by language and provider', async () => {
    const host = await testHost();
    const list = async (args: { language?: string; provider?: string }) =>
      (await listVoices().run(args, host.context())).voices.map(({ voice }) => voice);
    expect((await list({}))[0]).to.equal('flite:rms');
    expect(await list({ language: 'en_US' })).to.include.members(['flite:slt', 'none']);
    expect(await list({ language: 'ja' })).to.eql(['none']);
    expect(await list({ provider: 'elevenlabs' })).to.eql([]);
    await host.close();
  });
});
