import { type FileHandle, open } from 'node:fs/promises';
import type { Environment } from '../ffmpeg/environment.ts';
import { fileInput } from '../ffmpeg/input.ts';
import { progressReader } from '../ffmpeg/progress.ts';
import type { Ffmpeg } from '../ffmpeg/resolve-ffmpeg.ts';
import type { Clock } from '../providers/clock.ts';
import { findProbe, type ProbePrograms } from './find-probe.ts';
import { imageSize } from './image-size.ts';
import { checkPixels, contentRefused, type MediaFacts, mediaFacts, unknownFormat } from './media-facts.ts';
import type { Bounds } from './memory-bound.ts';
import { PROBE_ENTRIES, type ProbeReport, readProbeReport, STILL_ENTRIES } from './probe-report.ts';
import { type BoundedPorts, runBounded } from './run-bounded.ts';
import { type Container, sniffMedia } from './sniff-media.ts';

/**
 * Says what one of our files is, whatever its maker says it is. Rejects with CONTENT_REFUSED for what is no media, cannot be
 * decoded or would exhaust a decoder; with UNAVAILABLE when there is no ffprobe; with the signal's reason.
 */
export type ProbeMedia = (path: string, signal: AbortSignal) => Promise<MediaFacts>;

export interface ProbePorts {
  readonly ffmpeg: () => Promise<Pick<Ffmpeg, 'path'>>;
  readonly env: Environment;
  readonly clock: Clock;
}

const MIB = 1024 * 1024;
/** A still of 16 bits a channel at the largest size takes 268 MB to decode; 8K video 180 MB. */
const PROBE: Bounds = { timeoutMs: 5000, memoryBytes: 512 * MIB, outputBytes: MIB };
/** The whole file is read, though nothing is decoded. */
const MEASURE: Bounds = { ...PROBE, timeoutMs: 60_000 };

/** A little above what is allowed: decoders round sizes up, and the exact size is judged afterwards. */
const DECODER_LIMITS = ['-max_pixels', '41943040', '-max_alloc', String(384 * MIB), '-threads', '1'];
/** Every other decoder stays shut, the hundreds that nobody sends included. A file that needs one cannot be read. */
const DECODERS = [
  ...['h264', 'hevc', 'vp8', 'vp9', 'libvpx', 'libvpx-vp9', 'av1', 'libdav1d', 'libaom-av1', 'mpeg4', 'mpeg2video'],
  ...[
    'h263',
    'theora',
    'prores',
    'dnxhd',
    'mjpeg',
    'png',
    'apng',
    'gif',
    'webp',
    'aac',
    'aac_fixed',
    'mp3',
    'mp3float',
  ],
  ...[
    'mp2',
    'mp2float',
    'opus',
    'libopus',
    'vorbis',
    'libvorbis',
    'flac',
    'alac',
    'ac3',
    'eac3',
    'pcm_alaw',
    'pcm_mulaw',
  ],
  ...['pcm_u8', 'pcm_s8', 'pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'pcm_s24be', 'pcm_s32le', 'pcm_s32be', 'pcm_f32le'],
  ...['pcm_f32be', 'pcm_f64le', 'pcm_f64be', 'adpcm_ms', 'adpcm_ima_wav', 'mov_text', 'srt', 'subrip', 'ass', 'ssa'],
  ...['webvtt', 'pgssub', 'dvdsub'],
].join(',');
/** Above the number that is allowed, so that the refusal can say how many there are. */
const OPENED_STREAMS = '64';

/** Looks into files with ffprobe. The programs are looked for at the first file, and again until they are there. */
export function createMediaProbe({ ffmpeg, env, clock }: ProbePorts): ProbeMedia {
  let found: Promise<ProbePrograms> | undefined;
  const find = (): Promise<ProbePrograms> => {
    found ??= ffmpeg()
      .then((binary) => findProbe(binary, { env }))
      .catch((error: unknown) => {
        found = undefined;
        throw error;
      });
    return found;
  };
  return async (path, signal) => {
    const container = await examine(path);
    const programs = await find();
    const file: Probed = { path, container, programs, ports: { clock, env, prlimit: programs.prlimit }, signal };
    const report = await probe(file);
    const { still } = container;
    const duration = still || report.duration !== undefined ? report.duration : await measure(file);
    return mediaFacts({ ...report, duration }, container);
  };
}

interface Probed {
  readonly path: string;
  readonly container: Container;
  readonly programs: ProbePrograms;
  readonly ports: BoundedPorts;
  readonly signal: AbortSignal;
}

/** The container by the file's bytes; a picture's size is judged here, before any program opens it. */
async function examine(path: string): Promise<Container> {
  const file = await open(path, 'r');
  try {
    const container = sniffMedia(await readAt(file, 0, 64));
    if (container === undefined) throw unknownFormat();
    if (!container.still) return container;
    const size = await imageSize(container.name, (offset, length) => readAt(file, offset, length));
    if (size === undefined) throw contentRefused('undecodable', `its ${container.name} header cannot be read`);
    checkPixels(size.width, size.height);
    return container;
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

async function probe({ path, container, programs, ports, signal }: Probed): Promise<ProbeReport> {
  const args = [
    ...['-v', 'error', ...DECODER_LIMITS, '-codec_whitelist', DECODERS, '-max_streams', OPENED_STREAMS],
    ...(container.still
      ? ['-read_intervals', '%+#1', '-show_entries', STILL_ENTRIES]
      : ['-show_entries', PROBE_ENTRIES]),
    ...['-of', 'json=c=1', ...fileInput(path, container.demuxer)],
  ];
  const end = await runBounded({ path: programs.ffprobe, args, bounds: PROBE, signal }, ports);
  if (end.kind === 'bound') throw contentRefused('exhausting', `reading it takes more ${end.bound} than is allowed`);
  const report = end.kind === 'done' ? readProbeReport(end.output) : undefined;
  if (report === undefined) throw contentRefused('undecodable', `it cannot be read as a ${container.name} file`);
  return report;
}

/**
 * Recordings of browsers do not say how long they are: runs through the file without decoding it. Seconds to within a few
 * frames, or undefined.
 */
async function measure({ path, container, programs, ports, signal }: Probed): Promise<number | undefined> {
  const args = [
    ...['-hide_banner', '-nostdin', '-v', 'error', '-nostats', '-progress', 'pipe:1', ...DECODER_LIMITS.slice(0, 4)],
    ...['-codec_whitelist', DECODERS, ...fileInput(path, container.demuxer)],
    ...['-map', '0:V?', '-map', '0:a?', '-c', 'copy', '-f', 'null', '-'],
  ];
  const end = await runBounded({ path: programs.ffmpeg, args, bounds: MEASURE, signal }, ports);
  if (end.kind === 'bound') throw contentRefused('exhausting', `reading it takes more ${end.bound} than is allowed`);
  let seconds = 0;
  if (end.kind === 'done') progressReader((report) => (seconds = report.seconds))(end.output);
  return seconds > 0 ? seconds : undefined;
}
