import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';

/** What ffprobe found in a file. Numbers are undefined where it could not tell; nothing has been judged yet. */
export interface ProbeReport {
  readonly streams: number;
  /** Seconds. */
  readonly duration: number | undefined;
  readonly picture?: {
    readonly codec: string;
    /** Pixels, as shown: a turned picture is turned. */
    readonly width: number;
    readonly height: number;
    /** Frames per second. */
    readonly fps: number | undefined;
  };
  readonly sound?: {
    readonly codec: string;
    /** Hertz. */
    readonly sampleRate: number;
    readonly channels: number;
  };
}

/** What `readProbeReport` needs, and nothing that the maker of the file could fill with words. */
export const PROBE_ENTRIES = [
  'format=duration,nb_streams',
  'stream=codec_type,codec_name,width,height,avg_frame_rate,r_frame_rate,duration,sample_rate,channels',
  'stream_disposition=attached_pic',
  'stream_side_data=rotation',
].join(':');

/** For stills: decodes the picture, which proves that there is one, and tells the size that a decoder sees. */
export const STILL_ENTRIES = `${PROBE_ENTRIES}:frame=width,height`;

/** Reads ffprobe's JSON; undefined when it is none. Cover pictures of music are not taken for video. */
export function readProbeReport(output: string): ProbeReport | undefined {
  let parsed: Json;
  try {
    parsed = JSON.parse(output);
  } catch {
    return undefined;
  }
  if (!isJsonObject(parsed) || !isJsonObject(parsed.format) || !Array.isArray(parsed.streams)) return undefined;
  const streams = parsed.streams.filter(isJsonObject);
  const described = streams.find((stream) => stream.codec_type === 'video' && !isCover(stream));
  const picture = described === undefined ? undefined : { ...described, ...decodedSize(parsed.frames) };
  const sound = streams.find((stream) => stream.codec_type === 'audio');
  const durations = [parsed.format, picture, sound].map((part) => positive(part?.duration));
  return {
    streams: Math.max(streams.length, positive(parsed.format.nb_streams) ?? 0),
    duration: durations.find((seconds) => seconds !== undefined),
    ...(picture !== undefined && { picture: pictureOf(picture) }),
    ...(sound !== undefined && {
      sound: {
        codec: nameOf(sound),
        sampleRate: positive(sound.sample_rate) ?? 0,
        channels: positive(sound.channels) ?? 0,
      },
    }),
  };
}

function pictureOf(stream: JsonObject): NonNullable<ProbeReport['picture']> {
  const size = [positive(stream.width) ?? 0, positive(stream.height) ?? 0] as const;
  const [width, height] = isTurned(stream) ? [size[1], size[0]] : size;
  // The average is 0/0 for files that do not say how long they are; the base rate is a multiple for uneven ones.
  return { codec: nameOf(stream), width, height, fps: ratio(stream.avg_frame_rate) ?? ratio(stream.r_frame_rate) };
}

/** Nothing where no frame was asked for; no size where it could not be decoded. */
function decodedSize(frames: Json | undefined): JsonObject {
  if (!Array.isArray(frames)) return {};
  const { width = 0, height = 0 } = frames.find(isJsonObject) ?? {};
  return { width, height };
}

function isCover({ disposition }: JsonObject): boolean {
  return isJsonObject(disposition) && disposition.attached_pic === 1;
}

function isTurned({ side_data_list: data }: JsonObject): boolean {
  const turns = Array.isArray(data) ? data.map((entry) => (isJsonObject(entry) ? Number(entry.rotation) : 0)) : [];
  return turns.some((degrees) => Math.abs(degrees) % 180 === 90);
}

function nameOf({ codec_name: name }: JsonObject): string {
  return typeof name === 'string' && /^[\w.-]{1,40}$/u.test(name) ? name : 'unknown';
}

function positive(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : undefined;
}

/** `30000/1001` and the like. */
function ratio(value: Json | undefined): number | undefined {
  const [, over, under] = /^(\d+)\/(\d+)$/u.exec(typeof value === 'string' ? value : '') ?? [];
  return positive(Number(over) / Number(under));
}
