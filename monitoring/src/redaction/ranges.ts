/** What stands where a secret stood. */
export const REDACTED = '[REDACTED]';

/** Tells where a secret stands: from `start` up to, not including, `end`. */
export type Found = (start: number, end: number) => void;

/** Looks for one kind of secret and tells every place. */
export type Finder = (text: string, found: Found) => void;

/** Calls `found` for whatever the last group of the pattern holds, or for the whole match when it has none. */
export function findMatches(pattern: RegExp, text: string, found: Found, accept?: (secret: string) => boolean): void {
  for (const match of text.matchAll(pattern)) {
    const secret = match[1] ?? match[0];
    const end = match.index + match[0].length;
    if (accept === undefined || accept(secret)) found(end - secret.length, end);
  }
}

/** The text up to `end` with every range replaced once; ranges may overlap, reach beyond `end` and come in any order. */
export function replaceRanges(
  text: string,
  ranges: readonly (readonly [number, number])[],
  end: number = text.length,
): string {
  let result = '';
  let done = 0;
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (from >= end) break;
    if (to <= done) continue;
    // Secrets that overlap or touch become one mark.
    if (from > done || done === 0) result += text.slice(done, from) + REDACTED;
    done = to;
  }
  return result + text.slice(done, end);
}
