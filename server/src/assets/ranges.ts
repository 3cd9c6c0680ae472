/** Which bytes of a file to send. Positions count from 0; `last` is included. */
export type ByteRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly first: number; readonly last: number }
  | { readonly kind: 'unsatisfiable' };

/** What a request without a usable Range asks for. */
export const WHOLE: ByteRange = { kind: 'whole' };
const UNSATISFIABLE: ByteRange = { kind: 'unsatisfiable' };

/**
 * Reads a `Range` header for a file of `length` bytes, as RFC 9110 §14.1.2 and §14.2 say.
 *
 * One range is honoured. Several ranges, another unit and anything malformed give the whole file: a server may ignore
 * a Range, and a thousand ranges would be a thousand reads for one request.
 */
export function selectRange(header: string | undefined, length: number): ByteRange {
  const set = /^bytes=(.*)$/i.exec(header ?? '')?.[1];
  if (set === undefined) return WHOLE;
  // RFC 9110 §5.6.1.2: empty list members are to be accepted and ignored.
  const members = set
    .split(',')
    .map((member) => member.replace(/^[ \t]+|(?<![ \t])[ \t]+$/g, ''))
    .filter((member) => member !== '');
  const [member] = members;
  if (member === undefined || members.length > 1) return WHOLE;
  const match = /^([0-9]*)-([0-9]*)$/.exec(member);
  if (match === null) return WHOLE;
  const [, from = '', to = ''] = match;
  if (from === '') return to === '' ? WHOLE : lastBytes(Number(to), length);
  return between(Number(from), to === '' ? Number.POSITIVE_INFINITY : Number(to), length);
}

function lastBytes(count: number, length: number): ByteRange {
  if (count === 0) return UNSATISFIABLE;
  // Content-Range has no way to say «zero bytes of zero», so an empty file is sent whole.
  return length === 0 ? WHOLE : { kind: 'part', first: Math.max(0, length - count), last: length - 1 };
}

function between(first: number, last: number, length: number): ByteRange {
  if (last < first) return WHOLE;
  if (first >= length) return UNSATISFIABLE;
  return { kind: 'part', first, last: Math.min(last, length - 1) };
}
