import { fileName } from './layout.ts';
import type { AssetRecord } from './record.ts';

/** A year. The bytes under an asset's URL never change. */
const MAX_AGE_SECONDS = 31_536_000;

/** A strong entity tag: equal content has an equal tag, whatever its name. */
export function entityTag(record: AssetRecord): string {
  return `"${record.sha256}"`;
}

/**
 * What a response says about the file, apart from its length.
 *
 * @param secondsLeft how long the right to read it lasts; a copy in a browser's cache must not outlive it.
 */
export function describe(
  record: AssetRecord,
  download: boolean,
  secondsLeft = MAX_AGE_SECONDS,
): Record<string, string> {
  const maxAge = Math.max(0, Math.min(secondsLeft, MAX_AGE_SECONDS));
  return {
    'accept-ranges': 'bytes',
    'cache-control': `private, max-age=${maxAge}, immutable`,
    'content-disposition': `${download ? 'attachment' : 'inline'}; filename="${fileName(record)}"`,
    'content-type': withCharset(record.mime),
    etag: entityTag(record),
    'x-content-type-options': 'nosniff',
    ...(!isPassive(record.mime) && { 'content-security-policy': "default-src 'none'; sandbox" }),
  };
}

/** Text is stored as UTF-8; a browser left to guess would show an older encoding. */
function withCharset(mime: string): string {
  return mime.startsWith('text/') && !mime.includes(';') ? `${mime}; charset=utf-8` : mime;
}

/**
 * True for types that cannot run script. The rest (HTML, SVG, XML …) shares the console's origin, so it is shown in a
 * sandbox; a sandbox around everything would stop some browsers from playing a video opened by its link.
 */
function isPassive(mime: string): boolean {
  return /^(?:video|audio)\//.test(mime) || /^image\/(?:png|jpeg|webp|gif|avif)$/.test(mime);
}
