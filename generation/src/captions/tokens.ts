import { CallError } from '@callsheet/protocol';
import type { TimedWord } from '../timed-word.ts';
import { isWide } from './fonts.ts';

/** How a token ends: inside a clause, at its end (comma, dash), or at the end of a sentence. */
export type Ending = 'open' | 'clause' | 'sentence';

/** The smallest piece that is never broken: a word with its punctuation, or one word of Chinese or Japanese. */
export interface CaptionToken {
  readonly text: string;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** A space belongs before it when it is not the first on its line. */
  readonly space: boolean;
  readonly ending: Ending;
}

/** Shortest time a token has once spaced; two of the hundredths that ASS can tell apart. */
const SHORTEST_SECONDS = 0.02;

/**
 * Cuts timed words into tokens; the times are the voice's own, so `spaced` should be the last step.
 *
 * @throws CallError INVALID_PARAMS for a time that is not a number of seconds, naming the word
 */
export function captionTokens(words: readonly TimedWord[]): CaptionToken[] {
  const pieces = words.flatMap((word, index) => cut(checked(word, index)));
  return joinPunctuation(pieces).map((piece) => ({ ...piece, ending: endingOf(piece.text) }));
}

/** Pulls tokens apart that a voice gave one time, or an earlier time than the token before. */
export function spaced(tokens: readonly CaptionToken[]): CaptionToken[] {
  let free = 0;
  return tokens.map((token) => {
    const start = Math.max(token.start, free);
    free = start + SHORTEST_SECONDS;
    return { ...token, start, end: Math.max(token.end, free) };
  });
}

interface Piece {
  text: string;
  readonly start: number;
  end: number;
  readonly space: boolean;
}

function checked(word: TimedWord, index: number): TimedWord {
  const { start, end } = word;
  if (Number.isFinite(start) && Number.isFinite(end) && start >= 0 && end >= start) return word;
  throw new CallError(
    'INVALID_PARAMS',
    `Cannot caption the word "${word.w}" (number ${index + 1}): its time "${start} to ${end}" must be seconds, start before end`,
  );
}

/** Control characters, line separators and bidirectional overrides: nothing to read, and some would break a line. */
const INVISIBLE = /[\p{Cc}\u00ad\u200b\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff]+/gu;

/** Cuts one timed word at white space and between words of unspaced scripts; time is shared out by length. */
function cut({ w, start, end }: TimedWord): Piece[] {
  const chunks = w.normalize('NFC').replace(INVISIBLE, ' ').trim().split(/\s+/u);
  const texts = chunks.flatMap((chunk) => segments(chunk).map((text, index) => ({ text, space: index === 0 })));
  const total = texts.reduce((sum, { text }) => sum + text.length, 0);
  let before = 0;
  return texts
    .filter(({ text }) => text !== '')
    .map(({ text, space }) => {
      const from = start + ((end - start) * before) / total;
      before += text.length;
      return { text, space, start: from, end: start + ((end - start) * before) / total };
    });
}

const SEGMENTER = new Intl.Segmenter('zh', { granularity: 'word' });

function segments(chunk: string): string[] {
  return isWide(chunk) ? [...SEGMENTER.segment(chunk)].map(({ segment }) => segment) : [chunk];
}

const ONLY_PUNCTUATION = /^[\p{P}\p{S}]+$/u;
const OPENING = /^[\p{Ps}\p{Pi}¿¡]+$/u;

/** Punctuation that stands alone goes with the word before it, an opening mark with the word after it. */
function joinPunctuation(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  let opening: Piece | undefined;
  for (const piece of pieces) {
    const last = joined.at(-1);
    const alone = ONLY_PUNCTUATION.test(piece.text);
    if (alone && (OPENING.test(piece.text) || !last)) {
      opening = opening ? { ...opening, text: opening.text + gap(piece) + piece.text } : piece;
    } else if (alone && last && !opening) {
      last.text += gap(piece) + piece.text;
      last.end = Math.max(last.end, piece.end);
    } else {
      joined.push(
        opening
          ? { ...piece, text: opening.text + gap(piece) + piece.text, start: opening.start, space: opening.space }
          : { ...piece },
      );
      opening = undefined;
    }
  }
  if (opening) {
    const last = joined.at(-1);
    if (last) last.text += gap(opening) + opening.text;
    else joined.push(opening);
  }
  return withoutWideGaps(joined);
}

/** A mark written apart («–», «&») keeps its space; one of a pair or one that closes does not. */
function gap({ text, space }: Piece): string {
  return space && /^[\p{Pd}\p{S}&/]+$/u.test(text) ? '\u00a0' : '';
}

/** No space between two pieces of unspaced script, even when the voice reported them as two words. */
function withoutWideGaps(pieces: readonly Piece[]): Piece[] {
  return pieces.map((piece, index) => {
    const before = pieces[index - 1]?.text.at(-1);
    const tight = before !== undefined && isWide(before) && isWide(piece.text.slice(0, 1));
    return tight ? { ...piece, space: false } : piece;
  });
}

const SENTENCE_END = /[.!?…。！？｡]["'”’)\]}»」』）】]*$/u;
const CLAUSE_END = /[,;:–—、，；：]["'”’)\]}»」』）】]*$/u;

function endingOf(text: string): Ending {
  if (SENTENCE_END.test(text)) return 'sentence';
  return CLAUSE_END.test(text) ? 'clause' : 'open';
}
