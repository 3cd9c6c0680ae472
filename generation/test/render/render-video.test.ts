import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { type Ffmpeg, resolveFfmpeg } from '../../src/ffmpeg/resolve-ffmpeg.ts';
import { Camera } from '../../src/render/camera.ts';
import { QUALITIES } from '../../src/render/quality.ts';
import type { RenderJob } from '../../src/render/render-job.ts';
import { type RenderProgress, renderVideo } from '../../src/render/render-video.ts';
import { inScratch, nodeStandIn } from '../ffmpeg/stand-in.ts';
import { countKeyframes, decodeFrames, decodeSound, describeStreams } from './decode.ts';
import { topLevelBoxes } from './mp4-boxes.ts';
import { paintSlope, type SlopeSpec, slideShow, slopes } from './pictures.ts';
import { toneWav } from './tone-wav.ts';

const FRAME_BYTES = 160 * 96 * 1.5;
const run = { paint: paintSlope };

function jobIn(folder: string, ffmpegPath: string, facts: Partial<RenderJob<SlopeSpec>> = {}): RenderJob<SlopeSpec> {
  return {
    timeline: slideShow(3),
    plates: slopes(3),
    assPath: null,
    fontsDir: null,
    wavPath: null,
    quality: 'draft',
    outputPath: join(folder, 'video.mp4'),
    ffmpegPath,
    ...facts,
  };
}

function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}

/** Every ffmpeg that users may come with: the one in PATH, and the optional package's, which is of 2018. */
async function ffmpegs(): Promise<Ffmpeg[]> {
  const found = [resolveFfmpeg({ env: process.env }), resolveFfmpeg({ env: {} })];
  const settled = await Promise.allSettled(found);
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

describe('rendering a video', () => {
  let tools: Ffmpeg[];
  before(async () => {
    tools = await ffmpegs();
    expect(tools, 'no ffmpeg to test with').not.to.deep.equal([]);
  });

  it('shows the frames the camera shot, with every ffmpeg and quality', () =>
    inScratch(async (folder) => {
      for (const { path } of tools) {
        for (const quality of QUALITIES) {
          const job = jobIn(folder, path, { quality });
          const result = await renderVideo(job, run);
          const file = await readFile(job.outputPath);
          expect(result).to.deep.equal({ frames: 30, seconds: 3, bytes: file.length });
          const shown = await decodeFrames(path, job.outputPath, FRAME_BYTES);
          expect(shown.length).to.equal(30);
          const camera = new Camera({ ...job, ...run });
          shown.forEach((frame, index) => {
            expect(difference(frame, camera.shoot(index)), `${quality}, frame ${index}`).to.be.below(3);
          });
        }
      }
    }));

  it('writes a file that players and platforms like', () =>
    inScratch(async (folder) => {
      for (const { path } of tools) {
        const wavPath = join(folder, 'tone.wav');
        await writeFile(wavPath, toneWav(1));
        const job = jobIn(folder, path, { timeline: slideShow(5), plates: slopes(5), wavPath });
        await renderVideo(job, run);
        const boxes = topLevelBoxes(await readFile(job.outputPath));
        expect(boxes.indexOf('moov')).to.be.within(0, boxes.indexOf('mdat'));
        const words = await describeStreams(path, job.outputPath);
        expect(words).to.match(/Duration: 00:00:05\.0/);
        expect(words).to.match(/Video: h264 .*yuv420p\(tv, bt709\)?.* 160x96/);
        expect(words).to.match(/Audio: aac .*48000 Hz/);
        expect(await countKeyframes(path, job.outputPath, FRAME_BYTES)).to.be.at.least(3);
      }
    }));

  it('lets picture and sound end together, whichever is longer', () =>
    inScratch(async (folder) => {
      const path = tools[0]?.path ?? '';
      for (const seconds of [1, 5]) {
        const wavPath = join(folder, 'tone.wav');
        await writeFile(wavPath, toneWav(seconds));
        const job = jobIn(folder, path, { wavPath });
        await renderVideo(job, run);
        const sound = await decodeSound(path, job.outputPath);
        expect(sound.length / 8000).to.be.closeTo(3, 0.05);
        expect(sound.subarray(2000, 6000).some((sample) => Math.abs(sample) > 0.1)).to.equal(true);
        expect(await decodeFrames(path, job.outputPath, FRAME_BYTES)).to.have.length(30);
      }
    }));

  it('draws captions in the font it was given, whatever the paths are called', () =>
    inScratch(async (folder) => {
      const fontsDir = join(folder, "it's [my], fonts; C:\\x");
      await mkdir(fontsDir);
      const inter = new URL('../../fonts/faces/inter-latin-800-normal.woff', import.meta.url);
      await copyFile(inter, join(fontsDir, 'inter.woff'));
      const assPath = join(fontsDir, "capt'ions, [1]: %d.ass");
      await writeFile(assPath, CAPTION);
      for (const { path } of tools) {
        const bare = jobIn(folder, path);
        await renderVideo(bare, run);
        const without = await decodeFrames(path, bare.outputPath, FRAME_BYTES);
        await renderVideo({ ...bare, assPath, fontsDir }, run);
        const captioned = await decodeFrames(path, bare.outputPath, FRAME_BYTES);
        const changed = (frame: number) =>
          difference(captioned[frame] ?? new Uint8Array(), without[frame] ?? new Uint8Array());
        expect(changed(15), 'while the caption is shown').to.be.greaterThan(5);
        expect(changed(5), 'before it').to.be.below(1);
      }
    }));

  it('makes the same file from the same job', () =>
    inScratch(async (folder) => {
      const job = jobIn(folder, tools[0]?.path ?? '');
      await renderVideo(job, run);
      expect(await readdir(folder)).to.deep.equal(['video.mp4']);
      const first = await readFile(job.outputPath);
      await renderVideo(job, run);
      expect((await readFile(job.outputPath)).equals(first)).to.equal(true);
    }));

  it('tells how far it is', () =>
    inScratch(async (folder) => {
      const seen: RenderProgress[] = [];
      await renderVideo(jobIn(folder, tools[0]?.path ?? ''), { ...run, onProgress: (progress) => seen.push(progress) });
      expect(seen.map(({ frames }) => frames)).to.deep.equal(Array.from({ length: 30 }, (_, index) => index + 1));
      expect(seen.every(({ total }) => total === 30)).to.equal(true);
    }));

  it('leaves nothing behind when it is cancelled', () =>
    inScratch(async (folder) => {
      const control = new AbortController();
      const onProgress = ({ frames }: RenderProgress) => {
        if (frames === 10) control.abort(new Error('enough'));
      };
      const job = jobIn(folder, tools[0]?.path ?? '');
      const error = await renderVideo(job, { ...run, signal: control.signal, onProgress }).catch((e: unknown) => e);
      expect(String(error)).to.include('enough');
      expect(await readdir(folder)).to.deep.equal([]);
    }));

  it('leaves nothing behind when painting fails', () =>
    inScratch(async (folder) => {
      const paint = (spec: SlopeSpec) => {
        if (spec.colour > 90) throw new RangeError('out of paint');
        return paintSlope(spec);
      };
      const error = await renderVideo(jobIn(folder, tools[0]?.path ?? ''), { paint }).catch((e: unknown) => e);
      expect(String(error)).to.equal('RangeError: out of paint');
      expect(await readdir(folder)).to.deep.equal([]);
    }));

  it('does not call a short file done', () =>
    inScratch(async (folder) => {
      const liar = `process.stdin.resume().on('end', () => console.log('frame=29\\nprogress=end'));`;
      const job = jobIn(folder, await nodeStandIn(folder, liar));
      const error = await renderVideo(job, run).catch((e: unknown) => e);
      expect(CallError.is(error) && error.errorName).to.equal('TOOL_FAILED');
      expect(String(error)).to.include('"29" of 30 frames');
    }));

  it('refuses a bad job before it starts anything', async () => {
    const job = jobIn('/no/such/folder', '/no/such/ffmpeg');
    const wrong = JSON.parse(JSON.stringify(job).replace('draft', 'ultra'));
    for (const [bad, words] of [
      [wrong, /quality "ultra"/],
      [{ ...job, timeoutMs: 0 }, /"0" ms/],
      [{ ...job, plates: [] }, /not one of the 0 plates/],
    ] as const) {
      const error = await renderVideo(bad, run).catch((e: unknown) => e);
      expect(CallError.is(error) && error.errorName).to.equal('INVALID_PARAMS');
      expect(String(error)).to.match(words);
    }
  });
});

const CAPTION = `[Script Info]
ScriptType: v4.00+
PlayResX: 160
PlayResY: 96

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Bold, BorderStyle, Outline, Alignment, MarginV, Encoding
Style: Words,Inter ExtraBold,40,&H00FFFFFF,0,1,3,5,0,1

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Words,MOON
`;
