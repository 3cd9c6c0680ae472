import { languageByScript, primaryLanguage } from '../script/language.ts';
import { wordsOf } from '../script/words.ts';

/** The dozen words that make up a quarter of any English prose, and that no neighbour language shares as a set. */
const ENGLISH = new Set(
  'the of and to is are that it for with was this from they you your have what by not or'.split(' '),
);
const ENOUGH_WORDS = 12;
/** English prose has about 0.3; Spanish, French, German and Dutch below 0.05. */
const ENGLISH_SHARE = 0.1;

/**
 * The primary language of a text: as said, else by its letters, else English or `und` by its commonest words. A few words
 * in Latin letters are taken for English.
 */
export function spokenLanguage(text: string, said: string | undefined): string {
  const known = primaryLanguage(said) ?? languageByScript(text);
  if (known !== undefined) return known;
  const words = wordsOf(text.slice(0, 4000));
  if (words.length < ENOUGH_WORDS) return 'en';
  const english = words.filter((word) => ENGLISH.has(word.toLowerCase())).length;
  return english >= words.length * ENGLISH_SHARE ? 'en' : 'und';
}
