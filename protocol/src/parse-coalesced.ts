import { CallError } from './call-error.ts';
import type { Json } from './json.ts';
import { DEFAULT_LIMITS, type WireLimits } from './limits.ts';
import type { Frame, InvalidMessage } from './messages.ts';
import {
  exceeding,
  mayNamePrototype,
  miscounted,
  namesPrototype,
  parseFrame,
  parseJson,
  parseMessage,
  refusedPrototype,
  single,
} from './parse.ts';
import { type Excessive, scanMembers } from './scan-members.ts';

const BLANKS_AND_ARRAY = /^[ \t\n\r]*\[/;

/**
 * Reads one text frame of a session that agreed on `coalesce`. An array is then a frame of independent messages: each is
 * judged by the bounds of a message of its own, and one that cannot be read becomes an `invalid` message in its place, with
 * its id, while its neighbours are read. What is no array is read as `parseFrame` does. Never throws.
 */
export function parseCoalesced(text: string, limits: WireLimits = DEFAULT_LIMITS): Frame {
  const opening = BLANKS_AND_ARRAY.exec(text);
  if (opening === null) return parseFrame(text, limits);
  const excessive = scanMembers(text, opening[0].length - 1, limits);
  if (excessive === 'members') return single(miscounted(limits.maxBatch + 1, limits));
  const readable = excessive.length === 0 ? text : without(text, excessive);
  // It opens an array, so it is one or no JSON.
  const value = parseJson(readable) as Json[] | CallError;
  if (value instanceof CallError) return single({ kind: 'invalid', id: null, error: value });
  if (value.length === 0 || value.length > limits.maxBatch) return single(miscounted(value.length, limits));
  const refused = new Map<number, InvalidMessage>();
  for (const { index, excess, start, end } of excessive) {
    refused.set(index, exceeding(excess, text.slice(start, end), limits));
  }
  const suspicious = mayNamePrototype(readable);
  const messages = value.map((item, index) => {
    if (suspicious && namesPrototype(item)) return refusedPrototype(item, limits);
    return refused.get(index) ?? parseMessage(item, limits);
  });
  return { kind: 'array', messages };
}

/** The text with `null` in the place of each of these members: they are never parsed, and the others keep their places. */
function without(text: string, members: readonly Excessive[]): string {
  let kept = '';
  let from = 0;
  for (const { start, end } of members) {
    kept += `${text.slice(from, start)}null`;
    from = end;
  }
  return kept + text.slice(from);
}
