/**
 * How fast videos are rendered, beside the two ways most tools do it: 1080×1920 at 30 frames a second, one ffmpeg, the
 * same x264 settings for all. `node --import tsx --conditions=source benchmarks/render.ts`
 */
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@callsheet/sdk-node';
import { startGateway } from '@callsheet/server';
import { type Ffmpeg, resolveFfmpeg } from '../generation/src/ffmpeg/resolve-ffmpeg.ts';
import { createGenerationThreads } from '../generation/src/threads/generation-threads.ts';
import { PNG, RGBA, renderWithCanvas } from './render/canvas-frames.ts';
import { measure } from './render/measure.ts';
import { FRAME, PLATES, TIMELINE, writeCaptions } from './render/scene.ts';

/** One way to make a video. `run` answers the seconds of video it made. */
interface Contestant {
  readonly name: string;
  run(): Promise<number>;
}

/** All others are compared with this one. */
const OURS = 'Callsheet, render alone';

const folder = await mkdtemp(join(tmpdir(), 'callsheet-bench-'));
const gateway = await startGateway({
  server: { port: 0, data_dir: join(folder, 'data') },
  ollama: { detect: false },
  log: { level: 'warn' },
});
const client = await connect({ url: gateway.url, auth: { type: 'apiKey', apiKey: gateway.firstKey ?? '' } });
await gateway.warm();
try {
  const ffmpeg = await resolveFfmpeg({ env: process.env });
  const rows = [];
  for (const { name, run } of await contestants(ffmpeg)) {
    const { value: seconds, cost } = await measure(run);
    rows.push({ name, speed: seconds / cost.wallSeconds, cpu: cost.cpuSeconds / seconds, seconds });
  }
  print(rows, ffmpeg);
} finally {
  await client.close();
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
}

async function contestants(ffmpeg: Ffmpeg): Promise<readonly Contestant[]> {
  const fontPath = join(folder, 'inter.woff');
  await copyFile(new URL('../generation/fonts/faces/inter-latin-800-normal.woff', import.meta.url), fontPath);
  const assPath = await writeCaptions(folder);
  const canvas = { ffmpegPath: ffmpeg.path, fontPath, folder };
  return [
    { name: 'canvas, PNG frames', run: () => renderWithCanvas({ ...canvas, format: PNG, frames: 15 }) },
    { name: 'canvas, RGBA frames', run: () => renderWithCanvas({ ...canvas, format: RGBA, frames: 120 }) },
    { name: OURS, run: () => renderWithCallsheet(ffmpeg.path, assPath) },
    { name: 'Callsheet, text to stored MP4', run: createThroughGateway },
  ];
}

async function renderWithCallsheet(ffmpegPath: string, assPath: string): Promise<number> {
  const threads = createGenerationThreads({ size: 1 });
  const output = { quality: 'draft', outputPath: join(folder, 'video.mp4'), ffmpegPath } as const;
  const job = { timeline: TIMELINE, plates: PLATES, assPath, fontsDir: folder, wavPath: null, ...output };
  const { seconds } = await threads.run('video.render', job);
  await threads.close();
  return seconds;
}

/** The whole road: a job over a socket, script, voice, music, captions, mix, render, store; the gateway runs already, as it does after `npm start`. */
async function createThroughGateway(): Promise<number> {
  const text = await readFile(new URL('../examples/first-video/reef.txt', import.meta.url), 'utf8');
  const job = await client.submit('create_video', {
    video_subject: 'Why coral reefs matter',
    source_text: text,
    video_aspect: '9:16',
    quality: 'draft',
  });
  const { duration } = (await job.result()) as { duration: number };
  return duration;
}

interface Row {
  readonly name: string;
  /** Seconds of video per second of the clock. */
  readonly speed: number;
  /** Seconds of CPU per second of video, all processes. */
  readonly cpu: number;
  readonly seconds: number;
}

function print(rows: readonly Row[], ffmpeg: Ffmpeg): void {
  const ours = rows.find(({ name }) => name === OURS);
  console.log(`${FRAME.width}×${FRAME.height} at ${TIMELINE.fps} fps, x264 draft, ffmpeg ${ffmpeg.version}`);
  console.log(`Node ${process.version}, ${availableParallelism()} processors\n`);
  const columns = [
    'path',
    'video-s',
    'video-s per wall-s',
    'CPU-s per video-s',
    'ours is faster by',
    'CPU beside ours',
  ];
  console.log(`| ${columns.join(' | ')} |\n|${columns.map(() => '---').join('|')}|`);
  for (const { name, seconds, speed, cpu } of rows) {
    const ratios = [times((ours?.speed ?? 0) / speed), times(cpu / (ours?.cpu ?? 0))];
    console.log(`| ${[name, seconds.toFixed(1), speed.toFixed(3), cpu.toFixed(3), ...ratios].join(' | ')} |`);
  }
}

function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toPrecision(3)}×` : 'unknown';
}
