import { type AssetFacts, CallError } from '@callsheet/protocol';
import type { ProbeReport } from './probe-report.ts';
import { type Container, type FileType, KNOWN_FORMATS } from './sniff-media.ts';

export const MEDIA_KINDS = ['image', 'audio', 'video'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

/** What a file from elsewhere turned out to be, within bounds that whoever decodes it can live with. */
export interface MediaFacts
  extends Pick<
    AssetFacts,
    'mime' | 'extension' | 'width' | 'height' | 'duration' | 'fps' | 'sample_rate' | 'channels'
  > {
  readonly kind: MediaKind;
  readonly video_codec?: string;
  readonly audio_codec?: string;
}

/** Pixels of one picture; 8K has 33,177,600. */
const MOST_PIXELS = 33_554_432;
const LONGEST_SECONDS = 14_400;
const MOST_STREAMS = 16;
const MOST_FPS = 240;
const MOST_HERTZ = 384_000;
const MOST_CHANNELS = 16;
/** Pictures as YUV 4:2:0, sound as 32-bit floats. */
const BYTES_PER_PIXEL = 1.5;
const BYTES_PER_SAMPLE = 4;
/** As much as four hours of 1080p at 60 frames. What holds more was made to wear out its reader. */
const MOST_DECODED_BYTES = 1920 * 1080 * BYTES_PER_PIXEL * 60 * LONGEST_SECONDS;

/** Refuses a picture for its size alone, before any decoder sees it. Throws CONTENT_REFUSED. */
export function checkPixels(width: number, height: number): void {
  if (width * height > MOST_PIXELS) {
    throw contentRefused('too_many_pixels', `it has ${width} × ${height} pixels, ${MOST_PIXELS} in all are allowed`);
  }
}

/**
 * Turns what was found into facts.
 * @throws CallError CONTENT_REFUSED for what cannot be decoded or would exhaust whoever decodes it
 */
export function mediaFacts(report: ProbeReport, container: Container): MediaFacts {
  const { picture, sound, streams } = report;
  if (streams > MOST_STREAMS) throw tooMuch('streams', `${streams} streams`, `${MOST_STREAMS}`);
  const kind = container.still ? 'image' : picture === undefined ? 'audio' : 'video';
  const type = kind === 'audio' ? container.sound : container.picture;
  if (type === undefined || (picture === undefined && (sound === undefined || kind === 'image'))) {
    throw contentRefused('not_media', `no picture or sound of a ${container.name} file can be found in it`);
  }
  if (picture !== undefined) checkPicture(picture, kind);
  if (kind === 'image') return { kind, ...type, ...sizeOf(picture), ...codecs(report) };
  if (sound !== undefined) checkSound(sound);
  return timedFacts(report, kind, type);
}

function timedFacts(report: ProbeReport, kind: MediaKind, type: FileType): MediaFacts {
  const { picture, sound, duration } = report;
  if (duration === undefined) throw contentRefused('no_duration', 'nobody can tell how long it is');
  if (duration > LONGEST_SECONDS) throw tooMuch('too_long', `${Math.round(duration)} seconds`, `${LONGEST_SECONDS}`);
  const pixels = picture === undefined ? 0 : picture.width * picture.height * (picture.fps ?? MOST_FPS);
  const samples = sound === undefined ? 0 : sound.sampleRate * sound.channels;
  if ((pixels * BYTES_PER_PIXEL + samples * BYTES_PER_SAMPLE) * duration > MOST_DECODED_BYTES) {
    throw contentRefused(
      'too_much_to_decode',
      'size, frame rate and length together are too much; shorten or shrink it',
    );
  }
  return {
    ...{ kind, ...type, ...sizeOf(picture), duration: rounded(duration) },
    ...(picture?.fps !== undefined && { fps: rounded(picture.fps) }),
    ...(sound !== undefined && { sample_rate: sound.sampleRate, channels: sound.channels }),
    ...codecs(report),
  };
}

function checkPicture({ width, height, fps = 0 }: NonNullable<ProbeReport['picture']>, kind: MediaKind): void {
  if (width === 0 || height === 0) throw contentRefused('undecodable', 'its picture cannot be decoded');
  checkPixels(width, height);
  if (kind !== 'image' && fps > MOST_FPS) throw tooMuch('frame_rate', `${rounded(fps)} frames a second`, `${MOST_FPS}`);
}

function checkSound({ sampleRate, channels }: NonNullable<ProbeReport['sound']>): void {
  if (sampleRate === 0 || channels === 0) throw contentRefused('undecodable', 'its sound cannot be decoded');
  if (sampleRate > MOST_HERTZ) throw tooMuch('sample_rate', `${sampleRate} samples a second`, `${MOST_HERTZ}`);
  if (channels > MOST_CHANNELS) throw tooMuch('channels', `${channels} channels`, `${MOST_CHANNELS}`);
}

function sizeOf(picture: ProbeReport['picture']): Pick<MediaFacts, 'width' | 'height'> {
  return picture === undefined ? {} : { width: picture.width, height: picture.height };
}

function codecs({ picture, sound }: ProbeReport): Pick<MediaFacts, 'video_codec' | 'audio_codec'> {
  return {
    ...(picture !== undefined && { video_codec: picture.codec }),
    ...(sound !== undefined && { audio_codec: sound.codec }),
  };
}

/** Milliseconds of a duration, thousandths of a rate. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function tooMuch(reason: string, found: string, allowed: string): CallError {
  return contentRefused(reason, `it has ${found}, ${allowed} are allowed`);
}

/** @param reason machine word, in the error's details */
export function contentRefused(reason: string, why: string): CallError {
  return new CallError('CONTENT_REFUSED', `Cannot import the file: ${why}`, { details: { reason } });
}

/** For bytes that are no format that may come in. */
export function unknownFormat(): CallError {
  return contentRefused('not_media', `by its bytes it is none of ${KNOWN_FORMATS}; convert it to one of them`);
}
