import type { IncomingHttpHeaders } from 'node:http';

/** RFC 9110 §8.8.3: an opaque tag, perhaps weak. A tag may hold commas, so a list is not split at them. */
const TAGS = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/** What the conditions of a request ask for. `perform`: answer as if there were none. */
export type Verdict = 'perform' | 'not-modified' | 'failed';

/**
 * Evaluates `If-Match` and `If-None-Match` against the file's strong tag, in the order of RFC 9110 §13.2.2. Stored
 * files have no modification date, so the conditions by date do not apply (§13.1.3, §13.1.4).
 */
export function evaluate(headers: IncomingHttpHeaders, etag: string): Verdict {
  const match = headers['if-match'];
  if (match !== undefined && !lists(match, etag, 'strong')) return 'failed';
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined && lists(noneMatch, etag, 'weak')) return 'not-modified';
  return 'perform';
}

/** True when a Range may be honoured: no `If-Range`, or exactly our tag (§13.1.5: strong comparison, a date never fits). */
export function mayTakeRange(headers: IncomingHttpHeaders, etag: string): boolean {
  const ifRange = headers['if-range'];
  return ifRange === undefined || ifRange === etag;
}

function lists(field: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (field.trim() === '*') return true;
  for (const [, weak, tag] of field.matchAll(TAGS)) {
    if (tag === etag && (comparison === 'weak' || weak === undefined)) return true;
  }
  return false;
}
