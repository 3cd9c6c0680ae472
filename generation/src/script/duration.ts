import { isUnspaced } from './language.ts';

/** Characters a narrator speaks in a second, spaces included; measured on the default offline voice at rate 1. */
const LETTERS_PER_SECOND = 16;
/** Han, kana and Thai characters a second: each is about a syllable or half of one. */
const UNSPACED_PER_SECOND = 4.6;
/** A digit is spoken as a word, not as a letter. */
const SECONDS_PER_DIGIT = 0.2;
const SENTENCE_PAUSE_SECONDS = 0.35;
const CLAUSE_PAUSE_SECONDS = 0.15;

/**
 * How long a text takes to read aloud, in seconds.
 * @param rate speaking rate, 1 = normal, 2 = twice as fast
 */
export function readingSeconds(text: string, rate = 1): number {
  let seconds = 0;
  for (const character of text) seconds += characterSeconds(character);
  return seconds / rate;
}

function characterSeconds(character: string): number {
  if (/[.!?…。！？｡]/u.test(character)) return SENTENCE_PAUSE_SECONDS;
  if (/[,;:—、，；：]/u.test(character)) return CLAUSE_PAUSE_SECONDS;
  if (/\p{N}/u.test(character)) return SECONDS_PER_DIGIT;
  return isUnspaced(character) ? 1 / UNSPACED_PER_SECOND : 1 / LETTERS_PER_SECOND;
}
