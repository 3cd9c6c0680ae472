import { isUnspaced } from '../script/language.ts';
import type { TimedWord } from '../timed-word.ts';

/** Words with the times a narrator would need. */
export interface EstimatedSpeech {
  readonly words: readonly TimedWord[];
  readonly durationSeconds: number;
}

/** What a narrator speaks in a second. */
const SYLLABLES_PER_SECOND = 4.3;
const UNSPACED_PER_SECOND = 4.6;
const OTHER_LETTERS_PER_SECOND = 12;
const SECONDS_PER_DIGIT = 0.28;
const SHORTEST_WORD_SECONDS = 0.16;
/** A page without a space is not read to its end. */
const LONGEST_WORD_SECONDS = 6;
const SENTENCE_REST_SECONDS = 0.45;
const CLAUSE_REST_SECONDS = 0.2;
/** Intl.Segmenter slows down with the square of its input. */
const SEGMENT_CHARACTERS = 1_000;
const SENTENCE_END = /[.!?…。！？｡]["'”’»」』)\]]*$/u;
const CLAUSE_END = /[,;:—–、，；：]["'”’»」』)\]]*$/u;

/**
 * Word times for text that nobody speaks: by syllables in Latin script, by characters where a script has no spaces
 * (there, words come from the platform's dictionary and are to be joined without spaces).
 * @param rate 1 is a narrator's pace, 2 twice as fast
 */
export function estimateSpeech(text: string, rate: number): EstimatedSpeech {
  const words: TimedWord[] = [];
  let cursor = 0;
  for (const word of shownWords(text)) {
    const end = cursor + spokenSeconds(word) / rate;
    words.push({ w: word, start: cursor, end });
    cursor = end + restSeconds(word) / rate;
  }
  return { words, durationSeconds: cursor };
}

/** Everything visible in the text, cut where captions may cut. */
function shownWords(text: string): string[] {
  const runs = text.replace(/[^\P{Cc}\s]|[\p{Cs}\ufeff]/gu, '').match(/\S+/g) ?? [];
  return runs.flatMap((run) => (isUnspaced(run) ? dictionaryWords(run) : [run]));
}

function dictionaryWords(run: string): string[] {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
  const words: string[] = [];
  for (let from = 0; from < run.length; from += SEGMENT_CHARACTERS) {
    for (const { segment, isWordLike } of segmenter.segment(run.slice(from, from + SEGMENT_CHARACTERS))) {
      const last = words.at(-1);
      const hangsOn = isWordLike !== true && last !== undefined && !/^[「『“‘（《([]/u.test(segment);
      const opened = last !== undefined && /[「『“‘（《([]$/u.test(last);
      if (hangsOn || opened) words[words.length - 1] = `${last}${segment}`;
      else words.push(segment);
    }
  }
  return words;
}

function spokenSeconds(word: string): number {
  const digits = word.match(/\p{N}/gu)?.length ?? 0;
  const unspaced = [...word].filter((character) => isUnspaced(character)).length;
  const latin = word.match(/\p{Script=Latin}+/gu)?.reduce((sum, part) => sum + syllablesOf(part), 0) ?? 0;
  const others = (word.match(/[^\P{L}\p{Script=Latin}]/gu)?.length ?? 0) - unspaced;
  const seconds =
    digits * SECONDS_PER_DIGIT +
    unspaced / UNSPACED_PER_SECOND +
    latin / SYLLABLES_PER_SECOND +
    Math.max(0, others) / OTHER_LETTERS_PER_SECOND;
  return Math.min(LONGEST_WORD_SECONDS, Math.max(SHORTEST_WORD_SECONDS, seconds));
}

/** Groups of vowels, without a silent final e; an abbreviation without vowels counts a syllable per letter. */
function syllablesOf(letters: string): number {
  const plain = letters.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const groups = plain.replace(/([^aeiouy])e$/, '$1').match(/[aeiouy]+/g)?.length ?? 0;
  return groups === 0 ? Math.min(plain.length, 6) : groups;
}

function restSeconds(word: string): number {
  if (SENTENCE_END.test(word)) return SENTENCE_REST_SECONDS;
  return CLAUSE_END.test(word) ? CLAUSE_REST_SECONDS : 0;
}
