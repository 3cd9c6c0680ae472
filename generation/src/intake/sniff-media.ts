/** A file format that may come in, told by its first bytes. */
export interface Container {
  readonly name: string;
  /** The one ffmpeg demuxer that may read it: what a file claims to be is never left to guessing. */
  readonly demuxer: string;
  readonly still: boolean;
  readonly picture?: FileType;
  readonly sound?: FileType;
}

export interface FileType {
  readonly mime: string;
  /** Without the dot. */
  readonly extension: string;
}

const type = (mime: string, extension: string): FileType => ({ mime, extension });
const image = (name: string, demuxer: string, extension = name): Container => ({
  ...{ name, demuxer, still: true },
  picture: type(`image/${name}`, extension),
});
const sound = (name: string, demuxer: string, mime: string, extension = name): Container => ({
  ...{ name, demuxer, still: false },
  sound: type(mime, extension),
});

const PNG = image('png', 'png_pipe');
const JPEG = image('jpeg', 'jpeg_pipe', 'jpg');
const GIF = image('gif', 'gif');
const WEBP = image('webp', 'webp_pipe');
const WAV = sound('wav', 'wav', 'audio/wav');
const AIFF = sound('aiff', 'aiff', 'audio/aiff');
const FLAC = sound('flac', 'flac', 'audio/flac');
const MP3 = sound('mp3', 'mp3', 'audio/mpeg');
const AAC = sound('aac', 'aac', 'audio/aac');
const OGG: Container = { ...sound('ogg', 'ogg', 'audio/ogg'), picture: type('video/ogg', 'ogv') };
const MP4: Container = { ...sound('mp4', 'mov', 'audio/mp4', 'm4a'), picture: type('video/mp4', 'mp4') };
const MOV: Container = { ...sound('mov', 'mov', 'audio/mp4', 'm4a'), picture: type('video/quicktime', 'mov') };
const WEBM: Container = { ...sound('webm', 'matroska', 'audio/webm'), picture: type('video/webm', 'webm') };
const MATROSKA: Container = {
  ...sound('matroska', 'matroska', 'audio/x-matroska', 'mka'),
  picture: type('video/x-matroska', 'mkv'),
};

/** For the sentence that refuses everything else. */
export const KNOWN_FORMATS = 'PNG, JPEG, GIF, WebP, MP4, MOV, WebM, Matroska, WAV, AIFF, FLAC, MP3, AAC or Ogg';

/** Brands of ISO files that hold still pictures (ISO/IEC 23008-12, AV1 Image File Format); the usual ffmpeg reads none. */
const PICTURE_BRAND = /^(?:mif1|msf1|mif2|heic|heix|heim|heis|hevc|hevx|avif|avis|crx )$/u;

/**
 * Tells a container by its magic numbers, or undefined for everything that may not come in: playlists and other text, SVG,
 * archives, documents, formats nobody sends. Names and content types are the sender's words and are not asked.
 *
 * @param head the first 64 bytes, or the whole of a shorter file
 */
export function sniffMedia(head: Uint8Array): Container | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, 64)).toString('latin1');
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return PNG;
  if (text.startsWith('\xff\xd8\xff')) return JPEG;
  if (/^GIF8[79]a/u.test(text)) return GIF;
  if (/^RIFF[\s\S]{4}WEBP/u.test(text)) return WEBP;
  if (/^RIFF[\s\S]{4}WAVE/u.test(text)) return WAV;
  if (/^FORM[\s\S]{4}AIF[FC]/u.test(text)) return AIFF;
  if (text.startsWith('fLaC')) return FLAC;
  if (text.startsWith('OggS')) return OGG;
  if (text.startsWith('ID3')) return MP3;
  if (text.slice(4, 8) === 'ftyp') return isoContainer(text.slice(8, 12));
  if (text.startsWith('\x1aE\xdf\xa3'))
    return text.includes('webm') ? WEBM : text.includes('matroska') ? MATROSKA : undefined;
  return elementaryStream(head);
}

function isoContainer(brand: string): Container | undefined {
  if (PICTURE_BRAND.test(brand)) return undefined;
  return brand === 'qt  ' ? MOV : MP4;
}

/** A sync word of eleven or twelve bits, with the layer that tells MPEG audio (ISO/IEC 11172-3) from ADTS (13818-7). */
function elementaryStream([first = 0, second = 0]: Uint8Array): Container | undefined {
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  const layer = (second >> 1) & 3;
  if (layer === 1) return MP3;
  return layer === 0 && (second & 0xf0) === 0xf0 ? AAC : undefined;
}
