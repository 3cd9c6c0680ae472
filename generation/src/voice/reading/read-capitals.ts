import { cardinalWords, ordinalWords } from './numbers.ts';
import type { Reader } from './reader.ts';

/** Short words that are written in capitals for stress, not as initials. */
const WORDS = new Set(
  `A I AM AN AS AT BE BY DO GO HE IF IN IS ME MY NO OF OH ON OR SO TO UP WE AND ANY ARE BIG BUT CAN DAY DID END FEW FOR
  FUN GET GOT HAD HAS HER HIM HIS HOT HOW ITS LET MAN MAY NEW NOT NOW OFF OLD ONE OUR OUT OWN PUT RED RUN SAY SEE SET SHE
  SIX TEN THE TOO TOP TRY TWO USE WAS WAY WHO WHY WIN WON YES YOU ALL RAM ROM PIN SIM GIF ZIP SPA NEVER`.split(/\s+/),
);
/** Four capitals and more are said as a word when a tongue can: NASA, UNICEF; not HTML. */
const PRONOUNCEABLE = /^[^AEIOUY]{0,2}(?:[AEIOUY]{1,2}[^AEIOUY]{1,2})+[AEIOUY]{0,2}$/;
const ROMAN: { readonly [numeral: string]: number } = {
  II: 2,
  III: 3,
  IV: 4,
  VI: 6,
  VII: 7,
  VIII: 8,
  IX: 9,
  XI: 11,
  XII: 12,
  XIII: 13,
  XIV: 14,
  XV: 15,
  XVI: 16,
  XVIII: 18,
  XIX: 19,
  XX: 20,
  XXI: 21,
};
const RULERS =
  /^(?:Alexander|Benedict|Catherine|Charles|Edward|Elizabeth|Francis|Frederick|George|Henry|James|John|Leopold|Louis|Mary|Napoleon|Nicholas|Paul|Peter|Philip|Pius|Ramses|Richard|Wilhelm|William)$/;

/** Initials and Roman numerals: `API`, `U.S.`, `CEOs`, `Henry VIII`, `Part II`. */
export const readCapitals: Reader = (core, { previous, shouted }) => {
  const numeral = ROMAN[core];
  if (numeral !== undefined && Object.hasOwn(ROMAN, core) && /^[A-Z][a-z]/.test(previous)) {
    return RULERS.test(previous) ? ['the', ...ordinalWords(numeral)] : cardinalWords(numeral);
  }
  if (/^(?:[A-Za-z]\.)+[A-Za-z]?$/.test(core)) return letterNames(core.replaceAll('.', ''));
  const [, initials, ending] = /^([A-Z]{2,6})('?s)?$/.exec(core) ?? [];
  if (initials === undefined || shouted || WORDS.has(initials)) return undefined;
  if (initials.length >= 4 && PRONOUNCEABLE.test(initials)) return undefined;
  const names = letterNames(initials);
  return ending === undefined ? names : [...names.slice(0, -1), `${names.at(-1) ?? ''}'s`];
};

/** How letters are called. The voice knows all but `a`, which it would take for the article. */
export function letterNames(letters: string): string[] {
  return [...letters.toLowerCase()].map((letter) => (letter === 'a' ? 'ay' : letter));
}
