import type { ReadWord, Rest } from './read-aloud.ts';

/** Words that are spoken in one breath of the engine. */
export interface SpokenSentence {
  readonly words: readonly ReadWord[];
  readonly asks: boolean;
  /** What comes behind it. */
  readonly rest: Rest;
}

/** A longer sentence is cut, at a comma where there is one: the engine's melody sinks lower and lower. */
const MOST_WORDS = 40;
const FEWEST_WORDS = 12;

/** Groups words to sentences. */
export function sentencesOf(words: readonly ReadWord[]): SpokenSentence[] {
  const sentences: SpokenSentence[] = [];
  let open: ReadWord[] = [];
  let said = 0;
  for (const word of words) {
    open.push(word);
    said += word.spoken.length;
    const ends = word.rest === 'sentence' || word.rest === 'paragraph';
    const breathes = word.rest === 'clause' && said >= MOST_WORDS - FEWEST_WORDS;
    if (ends || breathes || said >= MOST_WORDS) {
      sentences.push({ words: open, asks: word.asks, rest: word.rest });
      open = [];
      said = 0;
    }
  }
  if (open.length > 0) sentences.push({ words: open, asks: false, rest: 'sentence' });
  return sentences;
}
