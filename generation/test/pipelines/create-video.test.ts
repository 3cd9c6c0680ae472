import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CallError, type ProgressReport } from '@callsheet/protocol';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { measureLoudness } from '../../src/audio/loudness.ts';
import { truePeakDbtp } from '../../src/audio/true-peak.ts';
import { decodeWav } from '../../src/audio/wav.ts';
import { createVideo } from '../../src/pipelines/create-video.ts';
import type { VideoArguments } from '../../src/pipelines/video-request.ts';
import type { VideoResult } from '../../src/pipelines/video-result.ts';
import { CREATE_VIDEO_OUTPUT } from '../../src/tools/create-video-schema.ts';
import { type StudioHost, studioHost } from '../studio-host.ts';
import { contentOf, type TestContext } from '../tool-context.ts';
import { readMp4 } from './mp4-boxes.ts';

const SMALL = {
  video_subject: 'Coral reefs',
  video_script:
    'Coral reefs are alive, and they grow slowly. They need light and clean water.\n\nWhen the sea warms up, seventy percent of all corals turn white and begin to starve.',
  resolution: '480p',
  fps: 24,
  quality: 'draft',
  seed: 3,
} as const;

describe('create_video', () => {
  let host: StudioHost;
  before(async () => {
    host = await studioHost(2);
  });
  after(() => host.close());

  const make = (args: Partial<VideoArguments> = {}, ctx: TestContext = host.context()): Promise<VideoResult> =>
    createVideo({ ...SMALL, ...args }, ctx, { studio: host.studio, models: {}, random: () => 0.25 });
  const caught = async (work: Promise<unknown>) => work.catch((error: unknown) => error);
  const stageRuns = () => Object.fromEntries(host.runs);

  describe('a whole video', () => {
    let result: VideoResult;
    let reports: readonly ProgressReport[];
    let file: Buffer;
    before(async () => {
      const ctx = host.context();
      result = await make({}, ctx);
      reports = ctx.reports;
      file = await contentOf(host, result.video?.asset_id ?? '');
    });

    it('is H.264 and AAC with its index in front', () => {
      const { order, codecs, duration } = readMp4(file);
      expect([...codecs].sort()).to.eql(['avc1', 'mp4a']);
      expect(order.indexOf('moov')).to.be.lessThan(order.indexOf('mdat'));
      expect(duration).to.be.closeTo(result.duration ?? 0, 0.06);
      expect(result.video).to.include({ width: 480, height: 854, fps: 24, mime: 'video/mp4' });
    });

    it('begins a moment before the first word and ends a moment after the last', () => {
      expect(result.words?.[0]?.start).to.be.within(0.4, 0.6);
      expect((result.duration ?? 0) - (result.words?.at(-1)?.end ?? 0)).to.be.within(1, 1.5);
      expect(result.timing_quality).to.equal('exact');
    });

    it('is as loud as platforms play, and says how loud', async () => {
      const { path } = await host.studio.ffmpeg();
      const wav = join(host.folder, 'decoded.wav');
      const video = host.pathOf(result.video?.asset_id ?? '');
      await promisify(execFile)(path, ['-v', 'error', '-i', video, '-vn', '-c:a', 'pcm_s16le', '-y', wav]);
      const pcm = decodeWav(await contentOf(host, 'decoded.wav'));
      expect(measureLoudness(pcm).integratedLufs).to.be.closeTo(-14, 0.6);
      expect(truePeakDbtp(pcm)).to.be.at.most(-1);
      expect(result.loudness?.integrated_lufs).to.be.closeTo(-14, 0.5);
    });

    it('changes the picture every few seconds, always at the end of a word', () => {
      const words = result.words ?? [];
      for (const { start, end } of result.shots ?? []) {
        expect(end - start).to.be.within(1.5, 4.2);
        expect(
          words.some((word) => word.start < start && word.end > start),
          `a word is cut at ${start}`,
        ).to.equal(false);
      }
      expect(result.shots?.map(({ scene }) => scene)).to.include.members([0, 1]);
    });

    it('comes with captions that say exactly the script', async () => {
      const srt = (await contentOf(host, result.captions?.srt.asset_id ?? '')).toString();
      const said = srt
        .split('\n')
        .filter((line) => line !== '' && !/^\d+$|-->/u.test(line))
        .join(' ');
      expect(said).to.equal(SMALL.video_script.replace(/\s+/gu, ' '));
      const vtt = (await contentOf(host, result.captions?.vtt.asset_id ?? '')).toString();
      expect(vtt).to.match(/^WEBVTT\n/u);
    });

    it('reports progress that never falls, through all stages in order', () => {
      const fractions = reports.map(({ fraction }) => fraction);
      expect(fractions).to.eql([...fractions].sort((a, b) => a - b));
      expect(fractions.at(-1)).to.be.closeTo(1, 1e-9);
      const names = [...new Set(reports.map(({ stage }) => stage))];
      expect(names).to.eql(['script', 'terms', 'voice', 'captions', 'music', 'mix', 'render', 'store']);
    });

    it('answers what its schema promises, video first', () => {
      const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(CREATE_VIDEO_OUTPUT);
      expect(validate(JSON.parse(JSON.stringify(result))), JSON.stringify(validate.errors)).to.equal(true);
      expect(Object.keys(result)[0]).to.equal('video');
      expect(result.result_urls).to.eql([result.video?.url]);
      expect(result.script).to.include({ method: 'given', grounded: true });
    });

    it('leaves stage files marked as intermediate, and nothing in its scratch folder', async () => {
      const kinds = [...host.assets.values()].map(({ kind, intermediate }) => `${kind} ${intermediate === true}`);
      expect(new Set(kinds)).to.eql(new Set(['audio true', 'subtitle false', 'video false']));
      const left = await readdir(host.folder, { recursive: true });
      expect(left.filter((name) => /\.(?:mp4|part)$/u.test(name))).to.eql([]);
    });

    it('is not made twice: a second run finds every stage', async () => {
      const before = stageRuns();
      const again = await make();
      expect(stageRuns()).to.eql(before);
      expect(again.video?.asset_id).to.equal(result.video?.asset_id);
      expect(again).to.eql(result);
    });

    it('renders again, and only that, when its file is gone', async () => {
      host.assets.delete(result.video?.asset_id ?? '');
      const before = stageRuns();
      const again = await make();
      expect(again.video?.asset_id).not.to.equal(result.video?.asset_id);
      expect(stageRuns()).to.eql({ ...before, render: (before.render ?? 0) + 1 });
      expect(again.video?.sha256).to.equal(result.video?.sha256);
    });

    it('mixes and speaks again when those files are gone too', async () => {
      for (const [id, { kind }] of host.assets) if (kind !== 'subtitle') host.assets.delete(id);
      const again = await make();
      expect(again.video?.sha256).to.equal(result.video?.sha256);
    });

    it('speaks no second time when only the music changes', async () => {
      const before = stageRuns();
      await make({ bgm_mood: 'dark', stop_after: 'media' });
      expect(stageRuns()).to.eql({ ...before, music: (before.music ?? 0) + 1, mix: (before.mix ?? 0) + 1 });
    });
  });

  it('stops in the middle of a render when it is cancelled, and leaves no video behind', async () => {
    const stop = new AbortController();
    const reason = new CallError('CANCELLED', 'stopped by the test');
    const before = [...host.assets.values()].filter(({ kind }) => kind === 'video').length;
    const progress = ({ stage, stageFraction = 0 }: ProgressReport) => {
      if (stage === 'render' && stageFraction > 0.2) stop.abort(reason);
    };
    const error = await caught(make({ seed: 99 }, host.context({ signal: stop.signal, progress })));
    expect(error).to.equal(reason);
    expect([...host.assets.values()].filter(({ kind }) => kind === 'video')).to.have.length(before);
    const left = await readdir(host.folder, { recursive: true });
    expect(left.filter((name) => /\.(?:mp4|part)$/u.test(name))).to.eql([]);
  });

  it('stops while it speaks when it is cancelled', async () => {
    const stop = new AbortController();
    const reason = new CallError('CANCELLED');
    const progress = ({ stage }: ProgressReport) => void (stage === 'voice' && stop.abort(reason));
    const words = 'Other words that nobody has said before. '.repeat(5);
    expect(await caught(make({ video_script: words }, host.context({ signal: stop.signal, progress })))).to.equal(
      reason,
    );
  });

  it('makes a silent, bare, wide picture when asked for nothing else', async () => {
    const result = await make({
      video_script: 'Just a few words.',
      video_aspect: '16:9',
      voice_name: 'none',
      bgm_type: 'none',
      subtitle_enabled: false,
      title_cards: false,
      transition: 'none',
    });
    const { codecs } = readMp4(await contentOf(host, result.video?.asset_id ?? ''));
    expect(codecs).to.eql(['avc1']);
    expect(result.video).to.include({ width: 854, height: 480 });
    expect(result).not.to.have.any.keys('loudness', 'soundtrack', 'narration');
    expect(result.timing_quality).to.equal('estimated');
  });

  it('tells a story in a language it cannot speak by captions and music, and says so', async () => {
    const result = await make({
      video_subject: '珊瑚礁',
      video_script: '珊瑚礁养育了许多海洋鱼类。它们需要阳光。',
      stop_after: 'media',
    });
    expect(result.notices.join()).to.contain('"zh"').and.contain('captions');
    expect(result.timing_quality).to.equal('estimated');
    expect(result.loudness?.integrated_lufs).to.be.closeTo(-14, 1);
    expect(result.shots?.map(({ motif }) => motif)).to.include('reef');
  });

  it('stops where it was told to, with what there is by then', async () => {
    const keys = async (stop_after: NonNullable<VideoArguments['stop_after']>) => {
      const result = await make({ stop_after });
      expect(result.stopped_after).to.equal(stop_after);
      return Object.keys(result);
    };
    expect(await keys('script'))
      .to.include('script')
      .and.not.include('terms');
    expect(await keys('terms'))
      .to.include('terms')
      .and.not.include('words');
    expect(await keys('voice'))
      .to.include('narration')
      .and.not.include('captions');
    expect(await keys('subtitles'))
      .to.include('captions')
      .and.not.include('loudness');
    expect(await keys('media'))
      .to.include('shots')
      .and.not.include('video');
  });

  it('plans without spending or storing anything in a dry run', async () => {
    const ctx = host.context({ dryRun: true });
    const memo = () => expect.fail('a dry run remembers nothing');
    const assets = { put: memo, open: memo, url: memo };
    const never = { provider: 'x', model: 'x', complete: () => expect.fail('a dry run asks no model') };
    const { video_script: _, ...rest } = SMALL;
    const result = await createVideo(
      rest,
      { ...ctx, memo, assets },
      { studio: host.studio, models: { configured: never }, random: () => 0 },
    );
    expect(result.plan?.stages).to.include('render');
    expect(result.plan?.estimated_seconds).to.be.within(20, 60);
    expect(result.shots?.length).to.be.greaterThan(5);
    expect(result.notices[0]).to.contain('Dry run');
  });

  it('draws a seed once, and remembers it', async () => {
    const { seed: _, ...unseeded } = SMALL;
    const run = (random: () => number) =>
      createVideo({ ...unseeded, stop_after: 'script' }, host.context(), { studio: host.studio, models: {}, random });
    const first = await run(() => 0.5);
    expect(first.seed).to.equal(2 ** 31);
    expect((await run(() => 0.75)).seed).to.equal(2 ** 31);
  });

  it('refuses words it cannot tell, before anything is spent', async () => {
    for (const [args, path] of [
      [{ video_script: '… — …' }, '/video_script'],
      [{ video_script: undefined, scenes: [{ text: 'Fine.' }, { text: '***' }] }, '/scenes/1/text'],
    ] as const) {
      const { video_script: script, ...rest } = { ...SMALL, ...args };
      const given = script === undefined ? rest : { ...rest, video_script: script };
      const error = await caught(
        createVideo(given, host.context(), { studio: host.studio, models: {}, random: () => 0 }),
      );
      expect(CallError.is(error) && error.facts.issues?.[0]?.path).to.equal(path);
    }
    const long = await caught(make({ video_script: 'A sentence that goes on for a while. '.repeat(400) }));
    expect(CallError.is(long) && long.facts.details).to.include({ reason: 'too_long' });
  });
});
