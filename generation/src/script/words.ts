import { isUnspaced, localeOf } from './language.ts';
import { SEGMENT_CHARACTERS } from './sentences.ts';
import { STOP_WORDS } from './stop-words.ts';

const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’.,-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*/gu;

/** The words of a text in order, without punctuation. Text without spaces is cut with the platform's dictionary. */
export function wordsOf(text: string, language?: string): string[] {
  if (!isUnspaced(text)) return text.match(WORD) ?? [];
  const segmenter = new Intl.Segmenter(localeOf(language), { granularity: 'word' });
  const words: string[] = [];
  for (let from = 0; from < text.length; from += SEGMENT_CHARACTERS) {
    for (const { segment, isWordLike } of segmenter.segment(text.slice(from, from + SEGMENT_CHARACTERS))) {
      if (isWordLike) words.push(segment);
    }
  }
  return words;
}

/** The words that carry meaning, folded so that «Reefs» and «reef» are one. */
export function contentWords(text: string, language?: string): string[] {
  return wordsOf(text, language)
    .filter((word) => isContentWord(word))
    .map(foldWord);
}

/** False for stop words, lone letters and bare numbers. */
export function isContentWord(word: string): boolean {
  const lower = word.toLowerCase().replaceAll('’', "'");
  if (lower.endsWith("n't") || STOP_WORDS.has(lower.replace(/'(?:s|re|ve|ll|d|m)$/u, ''))) return false;
  return isUnspaced(lower) ? lower.length > 1 : lower.length > 2 && /\p{L}/u.test(lower);
}

/** Lower case, without possessive and plural endings. */
export function foldWord(word: string): string {
  const lower = word.toLowerCase().replace(/['’]s?$/u, '');
  if (lower.length > 4 && lower.endsWith('ies')) return `${lower.slice(0, -3)}y`;
  return lower.length > 3 && lower.endsWith('s') && !lower.endsWith('ss') ? lower.slice(0, -1) : lower;
}
