import { type AssetFacts, CallError, isJsonObject, type UploadFacts } from '@callsheet/protocol';
import { isMediaType, readFacts } from './facts.ts';
import { extensionOf, kindOfMime, mimeOfName } from './media-types.ts';

/** What a program says of bytes it knows nothing about; curl says the second of everything. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['application/octet-stream', 'application/x-www-form-urlencoded']);
/** A form around the file would become part of it. */
const FORM = 'multipart/form-data';
const MOVING: ReadonlySet<string> = new Set(['image', 'video', 'audio']);

/** What is known of a file on its way in. */
export interface UploadTold {
  /** From a stranger: nothing of it is checked. */
  readonly facts: UploadFacts;
  readonly contentType: string | undefined;
  /** A file name without a path; '' when there is none. */
  readonly name: string;
}

/**
 * The facts of an uploaded file: as its sender says, else by its content type, else by its name. Who made it is always
 * `upload`; its name is kept in `params.file_name`.
 *
 * @returns undefined when nothing says what the file is (HTTP 415).
 * @throws CallError INVALID_PARAMS naming the field
 */
export function uploadFacts({ facts: told, contentType, name }: UploadTold): AssetFacts | undefined {
  // Files of callers are never collected with a job, whatever a stranger says.
  const { intermediate: _intermediate, ...facts }: UploadFacts & { readonly intermediate?: unknown } = told;
  const type = typeOf(contentType);
  if (type === FORM) return undefined;
  const mime = facts.mime ?? type ?? mimeOfName(name);
  if (mime !== undefined && typeof mime !== 'string') throw wrong('mime', 'expected a media type such as video/mp4');
  if (mime === undefined) return undefined;
  const bare = bareType(mime);
  const kind = facts.kind ?? kindOfMime(bare);
  const extension = facts.extension ?? extensionOf(bare, name);
  if (kind === undefined || extension === undefined) return undefined;
  const { params, ...others } = facts;
  if (params !== undefined && !isJsonObject(params)) throw wrong('params', 'expected an object');
  const kept = { ...params, ...(name !== '' && { file_name: name }) };
  const known = readFacts({
    ...others,
    ...{ mime, kind, extension, provider: 'upload' },
    ...(Object.keys(kept).length > 0 && { params: kept }),
  });
  const family = bare.slice(0, bare.indexOf('/'));
  if (MOVING.has(family) && known.kind !== family) throw wrong('kind', `files of type "${bare}" are ${family}`);
  return known;
}

function typeOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined) return undefined;
  const bare = bareType(contentType);
  if (SAYS_NOTHING.has(bare) || !isMediaType(bare)) return undefined;
  const whole = bare + contentType.slice(contentType.indexOf(';') < 0 ? contentType.length : contentType.indexOf(';'));
  return bare !== FORM && isMediaType(whole) ? whole : bare;
}

function bareType(mime: string): string {
  return (mime.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function wrong(field: string, message: string): CallError {
  return new CallError('INVALID_PARAMS', `Cannot store the file: "${field}": ${message}`, {
    issues: [{ path: `/${field}`, keyword: 'asset', message }],
  });
}
