import type { WireLimits } from './limits.ts';
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COMMA,
  type Excess,
  endOfString,
  isPlainlySmall,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
} from './scan.ts';

/** A member of an array that breaks a bound, and where it stands in the text. */
export interface Excessive {
  readonly index: number;
  readonly excess: Excess;
  readonly start: number;
  readonly end: number;
}

/**
 * Measures every member of an array by itself, before anything is parsed. Answers those that break a bound, or `members` as
 * soon as there are more than a frame may hold, so that what is parsed never exceeds `maxBatch` times the bound of one
 * message. One pass.
 *
 * @param first where the array opens
 */
export function scanMembers(text: string, first: number, limits: WireLimits): readonly Excessive[] | 'members' {
  const { maxDepth, maxArrayItems, maxBatch } = limits;
  if (isPlainlySmall(text, limits)) return [];
  const found: Excessive[] = [];
  let index = 0;
  let start = first + 1;
  let depth = 0;
  let items = 0;
  let excess: Excess | undefined;
  for (let at = start; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        if (++depth > maxDepth) excess ??= 'depth';
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        if (--depth >= 0) break;
        if (excess !== undefined) found.push({ index, excess, start, end: at });
        return found;
      case COMMA:
        if (depth > 0) {
          if (++items >= maxArrayItems) excess ??= 'items';
          break;
        }
        if (excess !== undefined) found.push({ index, excess, start, end: at });
        if (++index >= maxBatch) return 'members';
        start = at + 1;
        items = 0;
        excess = undefined;
        break;
    }
  }
  // The array does not end, so the text is no JSON, with this member or without it; it must not be parsed all the same.
  if (excess !== undefined) found.push({ index, excess, start, end: text.length });
  return found;
}
