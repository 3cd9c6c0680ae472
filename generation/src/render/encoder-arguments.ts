import { filterText } from '../ffmpeg/filter-text.ts';
import { fileInput, frameInput } from '../ffmpeg/input.ts';
import { qualityArguments } from './quality.ts';
import type { RenderJob } from './render-job.ts';

/** Seconds between keyframes at most, so that a player can seek and a platform can cut. */
const KEYFRAME_SECONDS = 2;

/** BT.709, limited range: what the plates are. A file that does not say so is shown in wrong colours by half the players. */
const COLOUR = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'];

/**
 * The coder that is fast and steady: the default one, over 24 mixes at 192 kb/s, once overshot the peak it was given by
 * 1.5 dB, and takes three times as long on the thread that everything else waits for.
 */
const AAC = ['-c:a', 'aac', '-b:a', '192k', '-aac_coder', 'fast', '-aac_is', '0'];

type Encoding = Pick<RenderJob, 'timeline' | 'assPath' | 'fontsDir' | 'wavPath' | 'quality'>;

/** ffmpeg's arguments: raw frames on standard input, sound from a file, captions drawn on, one MP4 out. */
export function encoderArguments(job: Encoding, frames: number, outputPath: string): string[] {
  const { width, height, fps } = job.timeline;
  const seconds = (frames / fps).toFixed(6);
  // Sound is padded with silence and cut to the picture, so that both end together whatever the file's length.
  const sound = job.wavPath === null ? [] : fileInput(job.wavPath, 'wav');
  const soundOut = job.wavPath === null ? ['-an'] : ['-map', '1:a:0', '-af', 'apad', ...AAC];
  return [
    ...frameInput(width, height, fps),
    ...sound,
    ...['-map', '0:v:0', ...soundOut],
    ...(job.assPath === null ? [] : ['-vf', captionFilter(job.assPath, job.fontsDir)]),
    ...['-c:v', 'libx264', ...qualityArguments(job.quality)],
    ...['-pix_fmt', 'yuv420p', '-g', String(fps * KEYFRAME_SECONDS), ...COLOUR],
    ...['-map_metadata', '-1', '-movflags', '+faststart', '-t', seconds],
    ...['-f', 'mp4', '-y', `file:${outputPath}`],
  ];
}

function captionFilter(assPath: string, fontsDir: string | null): string {
  const fonts = fontsDir === null ? '' : `:fontsdir=${filterText(fontsDir)}`;
  return `subtitles=filename=${filterText(assPath)}${fonts}`;
}
