import type { AssetKind } from '@callsheet/protocol';

/** What a file name ending usually means. The first ending of a media type is the one files of it get. */
const ENDINGS: readonly (readonly [ending: string, mime: string, kind: AssetKind])[] = [
  ['png', 'image/png', 'image'],
  ['jpg', 'image/jpeg', 'image'],
  ['jpeg', 'image/jpeg', 'image'],
  ['webp', 'image/webp', 'image'],
  ['gif', 'image/gif', 'image'],
  ['avif', 'image/avif', 'image'],
  ['svg', 'image/svg+xml', 'image'],
  ['mp4', 'video/mp4', 'video'],
  ['m4v', 'video/mp4', 'video'],
  ['webm', 'video/webm', 'video'],
  ['mov', 'video/quicktime', 'video'],
  ['mkv', 'video/x-matroska', 'video'],
  ['wav', 'audio/wav', 'audio'],
  ['wav', 'audio/x-wav', 'audio'],
  ['wav', 'audio/wave', 'audio'],
  ['mp3', 'audio/mpeg', 'audio'],
  ['m4a', 'audio/mp4', 'audio'],
  ['aac', 'audio/aac', 'audio'],
  ['flac', 'audio/flac', 'audio'],
  ['ogg', 'audio/ogg', 'audio'],
  ['opus', 'audio/opus', 'audio'],
  ['weba', 'audio/webm', 'audio'],
  ['srt', 'application/x-subrip', 'subtitle'],
  ['vtt', 'text/vtt', 'subtitle'],
  ['ass', 'text/x-ssa', 'subtitle'],
  ['txt', 'text/plain', 'text'],
  ['md', 'text/markdown', 'text'],
  ['csv', 'text/csv', 'text'],
  ['html', 'text/html', 'text'],
  ['json', 'application/json', 'text'],
];

/** The media type of a file name, by its ending. */
export function mimeOfName(name: string): string | undefined {
  const ending = endingOf(name);
  return ENDINGS.find(([known]) => known === ending)?.[1];
}

/** What files of a media type are; any image, video, audio and text is known, and of other types those above. */
export function kindOfMime(mime: string): AssetKind | undefined {
  const known = ENDINGS.find((row) => row[1] === mime)?.[2];
  if (known !== undefined) return known;
  const family = mime.slice(0, mime.indexOf('/'));
  return family === 'image' || family === 'video' || family === 'audio' || family === 'text' ? family : undefined;
}

/** The ending for a media type: the name's own where it has one that means the same or nothing we know. */
export function extensionOf(mime: string, name: string): string | undefined {
  const ending = endingOf(name);
  const usual = ENDINGS.find((row) => row[1] === mime)?.[0];
  const means = mimeOfName(name);
  if (ending !== undefined && (means === mime || (means === undefined && usual === undefined))) return ending;
  const subtype = mime.slice(mime.indexOf('/') + 1);
  return usual ?? (/^[a-z0-9]{1,8}$/.test(subtype) ? subtype : undefined);
}

function endingOf(name: string): string | undefined {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return name.includes('.') && /^[a-z0-9]{1,8}$/.test(ending) ? ending : undefined;
}
