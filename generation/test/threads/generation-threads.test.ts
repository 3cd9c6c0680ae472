import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { resolveFfmpeg } from '../../src/ffmpeg/resolve-ffmpeg.ts';
import type { PlateSpec } from '../../src/picture/paint.ts';
import type { RenderJob } from '../../src/render/render-job.ts';
import { createGenerationThreads, type GenerationThreads } from '../../src/threads/generation-threads.ts';
import { ownedBuffers } from '../../src/threads/owned-buffers.ts';
import { shotOf } from '../compositor/shots.ts';
import { isRunning, untilGone, untilWritten } from '../ffmpeg/processes.ts';
import { inScratch, standIn } from '../ffmpeg/stand-in.ts';

const PLATE: PlateSpec = { motif: 'bokeh', palette: 'lagoon', seed: 7, width: 192, height: 336 };

function jobIn(folder: string, ffmpegPath: string, seconds: number): RenderJob {
  const shots = [shotOf({ end: seconds, to: { x: 0.5, y: 0.4, zoom: 1.1 } })];
  return {
    timeline: { width: 160, height: 288, fps: 30, durationSeconds: seconds, shots },
    plates: [PLATE],
    assPath: null,
    fontsDir: null,
    wavPath: null,
    quality: 'draft',
    outputPath: join(folder, 'video.mp4'),
    ffmpegPath,
  };
}

describe('the generation threads', () => {
  let threads: GenerationThreads;
  let ffmpegPath: string;
  before(async () => {
    ffmpegPath = (await resolveFfmpeg({ env: process.env })).path;
  });
  beforeEach(() => {
    threads = createGenerationThreads({ size: 1 });
  });
  afterEach(() => threads.close());

  it('speak, and make a file of the sound without copying it on the way', async () => {
    const { pcm, words } = await threads.run('voice.speak', { text: 'Stars are far away.', voice: 'auto', rate: 1 });
    expect(words.map(({ w }) => w)).to.deep.equal(['Stars', 'are', 'far', 'away.']);
    const samples = pcm.channels[0]?.length ?? 0;
    expect(samples / pcm.sampleRate).to.be.within(0.8, 4);
    const wav = await threads.run('speech.file', { pcm, volume: 0.5 }, { transfer: ownedBuffers(pcm) });
    expect(pcm.channels[0]).to.have.length(0);
    expect(wav).to.have.length(44 + samples * 2);
  });

  it('render a video and tell how far it is', () =>
    inScratch(async (folder) => {
      const seen: number[] = [];
      const job = jobIn(folder, ffmpegPath, 2);
      const onReport = ({ frames }: { frames: number }) => seen.push(frames);
      const result = await threads.run('video.render', job, { onReport });
      expect(result).to.deep.equal({ frames: 60, seconds: 2, bytes: (await readFile(job.outputPath)).length });
      expect(seen.at(-1)).to.equal(60);
    }));

  it('stop a render that is cancelled and leave no file and no process', () =>
    inScratch(async (folder) => {
      const pidFile = join(folder, 'pid');
      const path = await standIn(folder, `#!/bin/sh\necho $$ > "${pidFile}"\nexec "${ffmpegPath}" "$@"\n`);
      const control = new AbortController();
      const options = { signal: control.signal, onReport: () => control.abort(new Error('enough')) };
      const error = await threads.run('video.render', jobIn(folder, path, 600), options).catch((e: unknown) => e);
      expect(String(error)).to.equal('Error: enough');
      expect(await isRunning(Number(await readFile(pidFile, 'utf8')))).to.equal(false);
      expect((await readdir(folder)).sort()).to.deep.equal(['ffmpeg', 'pid']);
      expect(threads.threads).to.equal(1);
    }));

  it('take ffmpeg along when they are ended by force', () =>
    inScratch(async (folder) => {
      const pidFile = join(folder, 'pid');
      const path = await standIn(folder, `#!/bin/sh\necho $$ > "${pidFile}"\nexec "${ffmpegPath}" "$@"\n`);
      const hasty = createGenerationThreads({ size: 1, graceMs: 0 });
      const control = new AbortController();
      const rendering = hasty.run('video.render', jobIn(folder, path, 600), { signal: control.signal });
      rendering.catch(() => {});
      const pid = Number(await untilWritten(folder, pidFile));
      await Promise.all([hasty.close(), rendering.catch(() => {})]);
      await untilGone(pid);
    }));
});
