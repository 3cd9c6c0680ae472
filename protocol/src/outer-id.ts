import type { Json } from './json.ts';
import { CLOSE_ARRAY, CLOSE_OBJECT, endOfString, OPEN_ARRAY, OPEN_OBJECT, QUOTE } from './scan.ts';

const NAME = '"id"';
const BLANKS_AND_OBJECT = /^[ \t\n\r]*\{/;
const BEFORE_VALUE = /^[ \t\n\r]{0,16}:[ \t\n\r]{0,16}/;
/** The longest number that is worth looking at. */
const NUMBER = /^-?\d[\d.eE+-]{0,40}/;
const REACH = 64;

/**
 * The first member `id` of the object a text holds, found without parsing it: of a message that is too deep or too long to be
 * parsed, so that its sender learns which one it was. Undefined when the text is no object, or its `id` neither a string nor
 * a number. One pass at most; it ends at the `id`.
 */
export function outerId(text: string): Json | undefined {
  if (!BLANKS_AND_OBJECT.test(text)) return undefined;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfString(text, at);
        if (depth === 1 && end - at === NAME.length - 1 && text.startsWith(NAME, at)) {
          const [before] = BEFORE_VALUE.exec(text.slice(end + 1, end + 1 + REACH)) ?? [];
          if (before !== undefined) return scalarAt(text, end + 1 + before.length);
        }
        at = end;
        break;
      }
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        depth++;
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        depth--;
        break;
    }
  }
  return undefined;
}

function scalarAt(text: string, at: number): Json | undefined {
  const written =
    text.charCodeAt(at) === QUOTE
      ? text.slice(at, endOfString(text, at) + 1)
      : NUMBER.exec(text.slice(at, at + REACH))?.[0];
  if (written === undefined) return undefined;
  try {
    return JSON.parse(written) as Json;
  } catch {
    return undefined;
  }
}
