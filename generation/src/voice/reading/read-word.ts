import { respellingOf } from './lexicon.ts';
import { letterNames } from './read-capitals.ts';
import type { Reader } from './reader.ts';

const SIGNS: { readonly [sign: string]: string } = {
  '&': 'and',
  '+': 'plus',
  '=': 'equals',
  '%': 'percent',
  '@': 'at',
  '°': 'degrees',
  '<': 'less than',
  '>': 'greater than',
  '×': 'times',
  '÷': 'divided by',
  '±': 'plus or minus',
  '≈': 'about',
  '№': 'number',
  $: 'dollars',
  '€': 'euros',
  '£': 'pounds',
  α: 'alpha',
  β: 'beta',
  γ: 'gamma',
  δ: 'delta',
  λ: 'lambda',
  μ: 'mu',
  π: 'pie',
  σ: 'sigma',
  ω: 'omega',
};
/** Latin letters that do not come apart into a base letter and an accent. */
const LIGATURES: { readonly [letter: string]: string } = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'th',
  þ: 'th',
  ł: 'l',
  ı: 'i',
};
/** Nobody says a word of more letters; a longer run is noise and is cut here. */
const MOST_LETTERS = 40;

/** Ordinary words, lone signs, and whatever is left: letters are said, the rest is silent. */
export const readWord: Reader = (core) => {
  if (Object.hasOwn(SIGNS, core)) return SIGNS[core]?.split(' ');
  const folded = foldLetters(core);
  const whole = respellingOf(folded);
  if (whole !== undefined) return whole;
  if (/^[b-hj-z]$/.test(folded)) return letterNames(folded);
  return (folded.match(/[a-z]+(?:'[a-z]+)*/g) ?? []).flatMap(
    (word) => respellingOf(word) ?? [word.slice(0, MOST_LETTERS)],
  );
};

/** Lower case without accents: `Café` → cafe. */
function foldLetters(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßæœøđðþłı]/g, (letter) => LIGATURES[letter] ?? letter);
}
