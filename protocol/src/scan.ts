import type { WireLimits } from './limits.ts';

export const QUOTE = 0x22;
const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;

/** Which bound a JSON text breaks, or undefined. */
export type Excess = 'depth' | 'items';

type Bounds = Pick<WireLimits, 'maxDepth' | 'maxArrayItems'>;

/**
 * Measures nesting and size of a JSON text before it is parsed. `JSON.parse` itself takes any depth, but everything
 * after it (stringify, validators, walkers) recurses and would overflow the stack, so deep text must never get that far.
 */
export function scanJson(text: string, limits: Bounds): Excess | undefined {
  if (isPlainlySmall(text, limits)) return undefined;
  let depth = 0;
  let items = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        if (++depth > limits.maxDepth) return 'depth';
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        depth--;
        break;
      case COMMA:
        if (++items >= limits.maxArrayItems) return 'items';
        break;
    }
  }
  return undefined;
}

/** The index of the closing quote, or the end of an unfinished text. */
export function endOfString(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return at;
    if (unit === BACKSLASH) at++;
  }
  return text.length;
}

/** Counts brackets with `indexOf`, which runs at memory speed: few brackets cannot nest deep, a short text cannot be long. */
export function isPlainlySmall(text: string, limits: Bounds): boolean {
  if (text.length > limits.maxArrayItems) return false;
  const objects = countUpTo(text, '{', limits.maxDepth);
  return objects + countUpTo(text, '[', limits.maxDepth - objects) <= limits.maxDepth;
}

function countUpTo(text: string, bracket: string, most: number): number {
  let count = 0;
  for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
    if (++count > most) return count;
  }
  return count;
}
